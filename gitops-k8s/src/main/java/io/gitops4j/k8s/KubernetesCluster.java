package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.SecretList;
import io.gitops4j.k8s.internal.observe.WatchIndex;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One connection to a cluster for many destinations on it: they share its requests at once, what it
 * serves, and, where it is watched, what is known of its objects. Then a pass that finds nothing to
 * do sends no request at all. Thread-safe.
 */
public final class KubernetesCluster implements AutoCloseable {
  private final Connection connection;
  private final KubeHttp http;
  private final Discovery discovery;
  private final Duration silence;
  private final Optional<WatchIndex> index;

  private KubernetesCluster(Builder builder) {
    connection = Connection.open(builder.access, builder.requestTimeout);
    http = new KubeHttp(connection, builder.requestTimeout, builder.requestsAtOnce);
    discovery = new Discovery(http);
    silence = builder.silence;
    index = builder.timer.map(timer -> new WatchIndex(http, timer, silence));
  }

  /**
   * Begins to describe a connection.
   *
   * @param access how to reach the cluster
   * @return a builder with the defaults
   */
  public static Builder builder(KubernetesConfig.Access access) {
    return new Builder(access);
  }

  /**
   * Which server it is.
   *
   * @return the address of its API
   */
  public String server() {
    return http.server();
  }

  /**
   * How many streams of events are open and tell: one for each kind that a target owns objects of,
   * and one for the inventories. Zero when it is not watched, or may not be.
   *
   * @return the number, right now
   */
  public long watching() {
    return index.map(WatchIndex::watching).orElse(0L);
  }

  /**
   * Reads Secrets, in our own name: where others keep what they know of clusters.
   *
   * @param namespace of them
   * @param labels the selector, as in {@code key=value}
   * @param context of the call
   * @return all that match; their content is secret
   * @throws io.gitops4j.error.DiffException when they cannot be listed: never fewer than there are
   */
  public List<Manifest> secrets(String namespace, String labels, OperationContext context) {
    return SecretList.read(http, namespace, labels, context);
  }

  KubeHttp http() {
    return http;
  }

  /** Requests that do not wait behind those of destinations. */
  KubeHttp http(Duration timeout, int atOnce) {
    return new KubeHttp(connection, timeout, atOnce);
  }

  Discovery discovery() {
    return discovery;
  }

  Optional<WatchIndex> index() {
    return index;
  }

  Duration silence() {
    return silence;
  }

  Observer observer() {
    return new Observer(http, index);
  }

  /** Ends what is watched, and closes the client unless it was lent. */
  @Override
  public void close() {
    index.ifPresent(WatchIndex::close);
    connection.close();
  }

  /** Says more than the defaults. Not thread-safe. */
  public static final class Builder {
    private final KubernetesConfig.Access access;
    private Optional<ScheduledExecutorService> timer = Optional.empty();
    private Duration silence = Duration.ofSeconds(90);
    private Duration requestTimeout = Duration.ofSeconds(60);
    private int requestsAtOnce = 64;

    private Builder(KubernetesConfig.Access access) {
      this.access = Objects.requireNonNull(access, "access");
    }

    /**
     * Watches what targets own. Needs the permission to list and watch it; a kind that may not be
     * watched is listed by every pass, and a warning says so. Default: nothing is watched.
     *
     * @param executor where lost streams are opened again; one thread is enough; lent
     * @return this
     */
    public Builder watch(ScheduledExecutorService executor) {
      timer = Optional.of(executor);
      return this;
    }

    /**
     * After how long a stream that tells nothing counts as dead. An API server tells at least every
     * minute where it stands, and unless the client is lent a stream ends after two without a word.
     * Default: 90 seconds.
     *
     * @param limit positive
     * @return this
     */
    public Builder silence(Duration limit) {
      silence = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * The longest that one request may take, streams aside. Default: 60 seconds.
     *
     * @param limit positive
     * @return this
     */
    public Builder requestTimeout(Duration limit) {
      requestTimeout = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * How many requests the server gets at once from all destinations together; the others wait in
     * the order they came, so that a large target does not keep a small one waiting. Default: 64.
     *
     * @param requests at least 1
     * @return this
     */
    public Builder requestsAtOnce(int requests) {
      requestsAtOnce = requests;
      return this;
    }

    /**
     * Makes the connection. The cluster is contacted by the first pass, not here.
     *
     * @return the connection; the caller closes it, after the destinations on it
     * @throws ConfigurationException that lists all problems
     */
    public KubernetesCluster connect() {
      List<String> problems = new ArrayList<>();
      if (access instanceof KubernetesConfig.SharedCluster) {
        problems.add("a shared cluster is a connection already; give what it was made with");
      }
      if (silence.isNegative() || silence.isZero()) {
        problems.add("silence must be positive, not " + silence);
      }
      if (requestTimeout.isNegative() || requestTimeout.isZero()) {
        problems.add("requestTimeout must be positive, not " + requestTimeout);
      }
      if (requestsAtOnce < 1) {
        problems.add("requestsAtOnce must be at least 1, not " + requestsAtOnce);
      }
      if (!problems.isEmpty()) {
        throw new ConfigurationException("Kubernetes cluster", problems);
      }
      return new KubernetesCluster(this);
    }
  }
}
