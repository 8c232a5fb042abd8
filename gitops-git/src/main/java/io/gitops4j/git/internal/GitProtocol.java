package io.gitops4j.git.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TcpTransport;
import org.eclipse.jgit.transport.URIish;

/**
 * The protocol of {@code git://}, whose answers are counted as they are read; JGit's own cannot be
 * told to. It knows nobody, so nothing is pushed over it.
 */
final class GitProtocol extends TcpTransport implements PackTransport {
  static final String SCHEME = "git";
  private static final int PORT = 9418;

  private final Allowance allowance;

  /** For asking only. */
  GitProtocol(URIish uri, Allowance allowance) {
    super(uri);
    this.allowance = allowance;
  }

  /** For fetching. */
  GitProtocol(Repository into, URIish uri, Allowance allowance) {
    super(into, uri);
    this.allowance = allowance;
  }

  @Override
  public FetchConnection openFetch() throws TransportException {
    return openFetch(List.of());
  }

  @Override
  public FetchConnection openFetch(Collection<RefSpec> specs, String... prefixes)
      throws TransportException {
    Fetch fetch = new Fetch();
    fetch.open(specs, prefixes);
    return fetch;
  }

  @Override
  public PushConnection openPush() throws NotSupportedException {
    throw new NotSupportedException("nothing is pushed over git://, which knows nobody");
  }

  @Override
  public void close() {
    // A connection is closed by itself.
  }

  private final class Fetch extends BasePackFetchConnection {
    private final Socket socket = new Socket();

    Fetch() {
      super(GitProtocol.this);
    }

    void open(Collection<RefSpec> specs, String... prefixes) throws TransportException {
      try {
        InetSocketAddress address =
            new InetSocketAddress(uri.getHost(), uri.getPort() > 0 ? uri.getPort() : PORT);
        socket.connect(address, getTimeout() * 1000);
        init(
            new BufferedInputStream(allowance.wire(socket.getInputStream())),
            new BufferedOutputStream(socket.getOutputStream()));
        String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
        pckOut.writeString(
            "git-upload-pack "
                + uri.getPath()
                + "\0host="
                + uri.getHost()
                + port
                + "\0\0version=2\0");
        pckOut.flush();
      } catch (IOException e) {
        close();
        throw new TransportException(uri, "connection failed: " + e.getMessage(), e);
      }
      if (!readAdvertisedRefs()) {
        lsRefs(specs, prefixes);
      }
    }

    @Override
    public void close() {
      super.close();
      try {
        socket.close();
      } catch (IOException e) {
        // It is not used any more.
      }
    }
  }
}
