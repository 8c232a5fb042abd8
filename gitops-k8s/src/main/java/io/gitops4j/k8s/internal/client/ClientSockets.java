package io.gitops4j.k8s.internal.client;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okio.AsyncTimeout;

/**
 * The sockets of one client, which end with it. They send at once (TCP_NODELAY), as Go's do:
 * otherwise the second small request of a connection waits until the server acknowledges the first,
 * which takes Linux 40 milliseconds. One whose other side takes nothing any more is closed: who
 * writes to it waits for a quarter of an hour otherwise, and holds up all that share it.
 * Thread-safe.
 */
final class ClientSockets extends SocketFactory implements AutoCloseable {
  private final Duration longestWrite;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Makes none yet. */
  ClientSockets(Duration longestWrite) {
    this.longestWrite = longestWrite;
  }

  @Override
  public Socket createSocket() throws IOException {
    Owned socket = new Owned();
    open.add(socket);
    if (closed) {
      socket.close();
    } else {
      socket.setTcpNoDelay(true);
    }
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(0));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(0));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
  }

  private Socket connected(InetSocketAddress to, InetSocketAddress from) throws IOException {
    Socket socket = createSocket();
    try {
      socket.bind(from);
      socket.connect(to);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Ends all of them, and what waits for them with it. */
  @Override
  public void close() {
    closed = true;
    open.forEach(ClientSockets::end);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is over in any case.
    }
  }

  /** Where it leads is said by whoever connects it, and not by the JVM's proxies. */
  private final class Owned extends Socket {
    Owned() {
      super(Proxy.NO_PROXY);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          AsyncTimeout limit = ending();
          limit.enter();
          try {
            out.write(bytes, from, length);
          } finally {
            limit.exit();
          }
        }
      };
    }

    private AsyncTimeout ending() {
      AsyncTimeout limit =
          new AsyncTimeout() {
            @Override
            protected void timedOut() {
              end(Owned.this);
            }
          };
      limit.timeout(longestWrite.toMillis(), TimeUnit.MILLISECONDS);
      return limit;
    }

    @Override
    public void close() throws IOException {
      open.remove(this);
      super.close();
    }
  }
}
