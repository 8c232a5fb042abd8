package io.gitops4j.git.internal;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.git.GitConfig;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitLimits;
import io.gitops4j.model.Digest;
import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/** The other side: what it has, and what is fetched from it. Thread-safe. */
public final class Remote implements AutoCloseable {
  /** The commit that is asked for, without its history. */
  static final int TIP = 1;

  /** All of the history, also where the mirror was cut off before. */
  static final int WHOLE = Constants.INFINITE_DEPTH;

  /** So many commits of a history are asked for, one after another, before all are. */
  private static final List<Integer> DEEPER = List.of(64, 1024, WHOLE);

  private static final int DEEPEST = 10;

  private final URIish uri;
  private final GitCredentials credentials;
  private final int timeoutSeconds;
  private final GitLimits limits;
  private final Transports transports;
  private final Refusals refusals = new Refusals();

  /** Contacts nothing. */
  public Remote(GitConfig config) {
    try {
      uri = new URIish(config.url());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the configuration was checked", e);
    }
    credentials = config.credentials();
    timeoutSeconds = (int) Math.min(config.timeout().toSeconds(), Integer.MAX_VALUE);
    limits = config.limits();
    transports =
        new Transports(
            uri,
            credentials,
            timeoutSeconds,
            credentials instanceof GitCredentials.SshKey key
                ? Optional.of(new SshSessions(key, config.cacheDirectory()))
                : Optional.empty());
  }

  /** How deep to look into a history, in steps; what lies on this machine is had whole at once. */
  List<Integer> depths() {
    return isLocal() ? List.of(WHOLE) : DEEPER;
  }

  /** Whether it lies on this machine. */
  boolean isLocal() {
    return !uri.isRemote();
  }

  /** Tells repositories apart on disk; a user's name does not make another repository. */
  String key() {
    return Digest.sha256(address()).abbreviated(32);
  }

  /** The repository without who asks. */
  public String address() {
    return uri.setUser(null).setPass(null).toString().replaceAll("(\\.git)?/*$", "");
  }

  /** The repository as one client sees it: another's credentials may show other references. */
  Object identity() {
    return List.of(uri.toString(), credentials);
  }

  /** What the server advertises under some prefixes, by one request. */
  Map<String, Ref> list(List<String> prefixes, OperationContext context) {
    context.checkActive(Stage.SOURCE);
    if (isLocal()) {
      checkUserConfiguration();
    }
    Allowance allowance = allowance(context);
    try (Transport transport = transports.asking(allowance);
        FetchConnection connection =
            transport.openFetch(List.of(), prefixes.toArray(String[]::new))) {
      Collection<Ref> refs = connection.getRefs();
      Map<String, Ref> byName = new HashMap<>();
      refs.forEach(r -> byName.put(r.getName(), r));
      return byName;
    } catch (NotSupportedException | TransportException e) {
      context.checkActive(Stage.SOURCE);
      throw failure(e);
    }
  }

  /** Changes when one of what the server advertises under some prefixes does. */
  Digest standing(List<String> prefixes, OperationContext context) {
    SortedMap<String, ObjectId> ids = new TreeMap<>();
    list(prefixes, context).forEach((name, ref) -> ids.put(name, ref.getObjectId()));
    return Digest.sha256(ids.toString());
  }

  /**
   * Fetches into a repository, so many commits deep. What was over a limit is refused again without
   * being fetched, as long as the server has the same.
   *
   * @param standing what the server has of it: another is worth another try
   */
  FetchResult fetch(
      Repository into, List<RefSpec> specs, int depth, Object standing, OperationContext context)
      throws TransportException {
    Object wanted = List.of(specs, depth, standing);
    Optional<LimitReached> refused = refusals.of(wanted);
    if (refused.isPresent()) {
      throw new TransportException(uri, refused.get().getMessage(), refused.get());
    }
    try {
      return fetch(into, specs, depth, context);
    } catch (TransportException e) {
      refusals.remember(wanted, e);
      throw e;
    }
  }

  private FetchResult fetch(
      Repository into, List<RefSpec> specs, int depth, OperationContext context)
      throws TransportException {
    context.checkActive(Stage.SOURCE);
    Allowance allowance = allowance(context);
    try (Transport transport = transports.between(into, allowance)) {
      transport.setTagOpt(TagOpt.NO_TAGS);
      transport.setDepth(depth);
      return transport.fetch(new Cancellation(context), specs);
    } catch (NotSupportedException e) {
      throw new TransportException(uri, e.getMessage(), e);
    }
  }

  /** Sends what some branches are to stand at; each update tells afterwards what became of it. */
  PushResult push(Repository from, List<RemoteRefUpdate> updates, OperationContext context)
      throws TransportException {
    context.checkActive(Stage.SOURCE);
    Allowance allowance = allowance(context);
    try (Transport transport = transports.between(from, allowance)) {
      return transport.push(new Cancellation(context), updates);
    } catch (NotSupportedException e) {
      throw new TransportException(uri, e.getMessage(), e);
    }
  }

  /**
   * JGit opens no repository on disk where it cannot read the configuration of the user, though
   * nothing in it counts; it would tell that as a fault of the repository.
   */
  void checkUserConfiguration() {
    try {
      SystemReader.getInstance().getUserConfig();
    } catch (ConfigInvalidException | IOException e) {
      throw error(
          "SOURCE-USER-CONFIGURATION",
          Retryability.RETRY,
          "the Git configuration of the user that runs this process cannot be read: "
              + e.getMessage(),
          "correct that file; git config --list names the line",
          null); // what was thrown quotes the line, which may hold a password
    }
  }

  /** What was said, in small letters and without the address, whose words mean nothing. */
  String said(Throwable e) {
    StringBuilder all = new StringBuilder();
    int depth = 0;
    for (Throwable t = e; t != null && depth < DEEPEST; t = t.getCause(), depth++) {
      all.append(t.getMessage()).append(' ');
    }
    String said = all.toString().toLowerCase(Locale.ROOT);
    for (String part :
        Arrays.asList(uri.toString(), address(), uri.getPath(), uri.getRawPath(), uri.getHost())) {
      if (part != null && part.length() > 1) {
        said = said.replace(part.toLowerCase(Locale.ROOT), "");
      }
    }
    return said;
  }

  /** What a refused or lost connection means. */
  SourceException failure(Exception e) {
    Optional<LimitReached> reached = LimitReached.behind(e);
    if (reached.isPresent()) {
      return error(
          "SOURCE-TOO-LARGE",
          Retryability.RETRY_ON_CHANGE,
          String.valueOf(reached.get().getMessage()),
          "find out what made it so large; if it is meant to be, raise GitLimits."
              + reached.get().limit(),
          e);
    }
    boolean timedOut = false;
    int depth = 0;
    for (Throwable t = e; t != null && depth < DEEPEST; t = t.getCause(), depth++) {
      timedOut |= t instanceof SocketTimeoutException;
    }
    String said = said(e);
    if (said.contains("no space left on device")
        || said.contains("disk quota exceeded")
        || said.contains("read-only file system")) {
      return error(
          "SOURCE-IO",
          Retryability.RETRY,
          "its mirror cannot be written: " + e.getMessage(),
          "look at the disk of the cache directory",
          e);
    }
    if (said.contains("server key did not validate") || said.contains("host key")) {
      return error(
          "SOURCE-HOST-KEY-REJECTED",
          Retryability.NEVER,
          "the server's key is not among the known hosts",
          "add the key that the server's operator publishes",
          e);
    }
    if (said.contains("not authorized")
        || said.contains("authentication")
        || said.contains("auth fail")
        || said.contains("cannot log in")
        || said.contains("no more authentication methods")
        || said.contains("not permitted")) {
      return error(
          "SOURCE-AUTHENTICATION-FAILED",
          Retryability.NEVER,
          "the server refused "
              + (credentials instanceof GitCredentials.None
                  ? "to be read without credentials"
                  : "the credentials of kind " + credentials.getClass().getSimpleName()),
          "check that they are right, not expired, and may read this repository",
          e);
    }
    if (e instanceof NoRemoteRepositoryException
        || said.contains("not found")
        || said.contains("does not exist")) {
      return error(
          "SOURCE-REPOSITORY-NOT-FOUND",
          Retryability.RETRY_ON_CHANGE,
          "the server has no such repository, or does not show it to these credentials",
          "check the URL",
          e);
    }
    if (timedOut || said.contains("timed out") || said.contains("timeout")) {
      return error(
          "SOURCE-TIMED-OUT",
          Retryability.RETRY,
          "the server was silent for " + timeoutSeconds + " s",
          "check the server and the network between",
          e);
    }
    return error(
        "SOURCE-UNREACHABLE",
        Retryability.RETRY,
        "the server cannot be reached: " + e.getMessage(),
        "check the URL, the server and the network between",
        e);
  }

  /** An error about this repository. */
  SourceException error(
      String code,
      Retryability retryability,
      String reason,
      String next,
      @Nullable Throwable cause) {
    return new SourceException(code, retryability, toString(), reason, next, cause);
  }

  @Override
  public void close() {
    transports.close();
  }

  @Override
  public String toString() {
    return uri.toPrivateString();
  }

  private Allowance allowance(OperationContext context) {
    return new Allowance(limits, new Cancellation(context)::isCancelled);
  }

  /** Lets a running fetch end when the pass does. */
  private static final class Cancellation extends EmptyProgressMonitor {
    private final OperationContext context;

    Cancellation(OperationContext context) {
      this.context = context;
    }

    @Override
    public boolean isCancelled() {
      try {
        context.checkActive(Stage.SOURCE);
        return false;
      } catch (OperationCancelledException e) {
        return true;
      }
    }
  }
}
