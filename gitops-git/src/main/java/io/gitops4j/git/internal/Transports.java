package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.git.GitCredentials;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/**
 * Opens JGit's transports to one server, so that they are bounded, carry the credentials that were
 * given, and take nothing from the configuration of the user or of the JVM. Thread-safe.
 *
 * @param timeoutSeconds how long the server may be silent
 * @param ssh for a key that was given, closed with this
 */
record Transports(
    URIish uri, GitCredentials credentials, int timeoutSeconds, Optional<SshSessions> ssh)
    implements AutoCloseable {
  /** A transport that asks what the server has. */
  Transport asking(Allowance allowance) throws NotSupportedException, TransportException {
    return configured(open(allowance), allowance);
  }

  /** A transport between a repository of this machine and the server. */
  Transport between(Repository here, Allowance allowance)
      throws NotSupportedException, TransportException {
    Repository bounded = bounded(here, allowance);
    return configured(
        isGit() ? new GitProtocol(bounded, uri, allowance) : Transport.open(bounded, uri),
        allowance);
  }

  private Transport open(Allowance allowance) throws NotSupportedException, TransportException {
    if (isGit()) {
      return new GitProtocol(uri, allowance);
    }
    // Without a repository JGit asks over HTTP as the configuration of the user says.
    return String.valueOf(uri.getScheme()).startsWith("http")
        ? Transport.open(new InMemoryRepository(new DfsRepositoryDescription()), uri)
        : Transport.open(uri);
  }

  private boolean isGit() {
    return GitProtocol.SCHEME.equals(uri.getScheme());
  }

  private Repository bounded(Repository open, Allowance allowance) throws TransportException {
    try {
      return new BoundedRepository(open, allowance);
    } catch (IOException e) {
      throw new TransportException(uri, e.getMessage(), e);
    }
  }

  private Transport configured(Transport transport, Allowance allowance) {
    transport.setTimeout(timeoutSeconds);
    boolean asUser =
        transport instanceof SshTransport && credentials instanceof GitCredentials.UserSsh;
    if (!asUser) {
      transport.setCredentialsProvider(null); // else it is the one of the JVM
    }
    basic().ifPresent(b -> transport.setCredentialsProvider(new OriginCredentials(uri, b)));
    if (transport instanceof SshTransport over && ssh.isPresent()) {
      over.setSshSessionFactory(ssh.get().factory());
    }
    if (transport instanceof SshTransport over) {
      over.setSshSessionFactory(new BoundedSsh(over.getSshSessionFactory(), allowance));
    }
    if (transport instanceof TransportHttp over) {
      over.setHttpConnectionFactory(new BoundedHttp(over.getHttpConnectionFactory(), allowance));
    }
    return transport;
  }

  private Optional<GitCredentials.Basic> basic() {
    if (credentials instanceof GitCredentials.RenewedBasic renewed) {
      try {
        return Optional.of(Objects.requireNonNull(renewed.current().get(), "no credentials"));
      } catch (RuntimeException e) {
        throw new SourceException(
            "SOURCE-CREDENTIALS-UNAVAILABLE",
            Retryability.RETRY,
            uri.toPrivateString(),
            "its credentials could not be had: " + e.getMessage(),
            "look at what gives them",
            e);
      }
    }
    return credentials instanceof GitCredentials.Basic basic
        ? Optional.of(basic)
        : Optional.empty();
  }

  /** A redirect may lead elsewhere; the password does not go there. */
  private static final class OriginCredentials extends UsernamePasswordCredentialsProvider {
    private final URIish origin;

    OriginCredentials(URIish origin, GitCredentials.Basic basic) {
      super(basic.username(), basic.password().reveal());
      this.origin = origin;
    }

    @Override
    public boolean get(URIish asking, CredentialItem... items) {
      return Objects.equals(asking.getScheme(), origin.getScheme())
          && Objects.equals(asking.getHost(), origin.getHost())
          && asking.getPort() == origin.getPort()
          && super.get(asking, items);
    }
  }

  @Override
  public void close() {
    ssh.ifPresent(SshSessions::close);
  }
}
