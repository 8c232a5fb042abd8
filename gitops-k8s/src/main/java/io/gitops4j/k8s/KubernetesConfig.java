package io.gitops4j.k8s;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.SyncPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which cluster, and how it is written to. Immutable.
 *
 * @param access how to reach the cluster
 * @param namespace of namespaced objects that name none; empty for none
 * @param createNamespace whether that namespace is made when objects need it and it is missing; it
 *     is not owned then, and never removed
 * @param stateNamespace where inventory and history are kept; created when it is missing
 * @param fieldManager the name that fields are owned under; never change it for a living target,
 *     its fields would be orphaned
 * @param adoption what happens to objects that exist without an owner
 * @param protectedKinds kinds that are pruned only when it is confirmed
 * @param prunePropagation what becomes of what a pruned object made
 * @param pruning what becomes of what is owned and no longer desired
 * @param deletion what becomes of what is owned when nothing is desired any more
 * @param ignoreDifferences fields that others may set
 * @param normalizers what is changed in manifests before they are compared and applied
 * @param healthChecks how the health of some kinds is told
 * @param ignoredAtWrite what becomes of them when their object is written
 * @param conflicts what happens with fields that somebody else owns too
 * @param replace what happens when an immutable field changed
 * @param update how objects that exist are changed
 * @param missingKinds what happens with objects whose kind nobody serves nor defines
 * @param namespaceMetadata what the namespace that is made carries
 * @param permissions what may be touched
 * @param impersonation in whose name objects are read and written; empty for our own
 * @param historyLimit how many passes history keeps, not negative
 * @param tombstones how much is kept of what is removed, so that it can be restored
 * @param concurrency how many writes run at once, at least 1
 * @param requestTimeout the longest that one request may take
 * @param hookTimeout the longest that one hook may run
 * @param healthTimeout how long a sync waits at most for an object that something later needs
 */
public record KubernetesConfig(
    Access access,
    String namespace,
    boolean createNamespace,
    String stateNamespace,
    String fieldManager,
    AdoptionPolicy adoption,
    ProtectedKinds protectedKinds,
    PrunePropagation prunePropagation,
    SyncPolicy.Prune pruning,
    SyncPolicy.Prune deletion,
    List<IgnoreRule> ignoreDifferences,
    Set<Normalizer> normalizers,
    List<HealthCheck> healthChecks,
    IgnoredAtWrite ignoredAtWrite,
    Conflicts conflicts,
    ReplacePolicy replace,
    UpdatePolicy update,
    MissingKinds missingKinds,
    NamespaceMetadata namespaceMetadata,
    ObjectPermissions permissions,
    Optional<Impersonation> impersonation,
    int historyLimit,
    Tombstone.Limits tombstones,
    int concurrency,
    Duration requestTimeout,
    Duration hookTimeout,
    Duration healthTimeout) {
  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public KubernetesConfig {
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(protectedKinds, "protectedKinds");
    Objects.requireNonNull(prunePropagation, "prunePropagation");
    Objects.requireNonNull(pruning, "pruning");
    Objects.requireNonNull(deletion, "deletion");
    ignoreDifferences = List.copyOf(ignoreDifferences);
    normalizers = Set.copyOf(normalizers);
    Objects.requireNonNull(tombstones, "tombstones");
    healthChecks = List.copyOf(healthChecks);
    Objects.requireNonNull(ignoredAtWrite, "ignoredAtWrite");
    Objects.requireNonNull(conflicts, "conflicts");
    Objects.requireNonNull(replace, "replace");
    Objects.requireNonNull(update, "update");
    Objects.requireNonNull(missingKinds, "missingKinds");
    Objects.requireNonNull(namespaceMetadata, "namespaceMetadata");
    Objects.requireNonNull(permissions, "permissions");
    Objects.requireNonNull(impersonation, "impersonation");
    List<String> problems = new ArrayList<>();
    if (createNamespace && namespace.isEmpty()) {
      problems.add("createNamespace needs a namespace");
    }
    if (!namespaceMetadata.isEmpty() && !createNamespace) {
      problems.add("namespaceMetadata needs createNamespace");
    }
    if (stateNamespace.isEmpty()) {
      problems.add("stateNamespace is empty");
    }
    if (fieldManager.isEmpty() || fieldManager.length() > 119) {
      // The server takes 128, and what is restored has a suffix.
      problems.add("fieldManager must have 1 to 119 characters");
    }
    if (historyLimit < 0) {
      problems.add("historyLimit must not be negative, but is " + historyLimit);
    }
    if (tombstones.count() < 0 || tombstones.bytes() < 0) {
      problems.add("tombstones must not be negative, but are " + tombstones);
    }
    if (concurrency < 1) {
      problems.add("concurrency must be at least 1, not " + concurrency);
    }
    positive("limit of missingKinds", missingKinds.limit(), problems);
    positive("requestTimeout", requestTimeout, problems);
    positive("hookTimeout", hookTimeout, problems);
    positive("healthTimeout", healthTimeout, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException("Kubernetes destination", problems);
    }
  }

  private static void positive(String name, Duration limit, List<String> problems) {
    if (limit.isNegative() || limit.isZero()) {
      problems.add(name + " must be positive, not " + limit);
    }
  }

  /** How to reach a cluster. Nothing is read from the environment unless it is asked for here. */
  public sealed interface Access {}

  /**
   * A kubeconfig file.
   *
   * @param file where it is
   * @param context which of its contexts; empty for its current one
   * @param allowed what it may ask for
   * @param plugins which programs may be run for its credential
   */
  public record KubeconfigFile(
      Path file, Optional<String> context, Set<KubeconfigFeature> allowed, ExecPlugins plugins)
      implements Access {
    /** Checks that no part is missing. */
    public KubeconfigFile {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(context, "context");
      allowed = Set.copyOf(allowed);
      Objects.requireNonNull(plugins, "plugins");
    }

    /**
     * A file for which no program is run.
     *
     * @param file where it is
     * @param context which of its contexts; empty for its current one
     * @param allowed what it may ask for
     */
    public KubeconfigFile(Path file, Optional<String> context, Set<KubeconfigFeature> allowed) {
      this(file, context, allowed, ExecPlugins.none());
    }

    /**
     * A file that may name other files, and nothing else.
     *
     * @param file where it is
     * @param context which of its contexts; empty for its current one
     */
    public KubeconfigFile(Path file, Optional<String> context) {
      this(file, context, Set.of(KubeconfigFeature.FILES));
    }

    /**
     * The current context of a file, which may name other files, and nothing else.
     *
     * @param file where it is
     */
    public KubeconfigFile(Path file) {
      this(file, Optional.empty());
    }
  }

  /**
   * The content of a kubeconfig.
   *
   * @param content YAML
   * @param context which of its contexts; empty for its current one
   * @param allowed what it may ask for
   * @param plugins which programs may be run for its credential
   */
  public record KubeconfigContent(
      Sensitive<String> content,
      Optional<String> context,
      Set<KubeconfigFeature> allowed,
      ExecPlugins plugins)
      implements Access {
    /** Checks that no part is missing. */
    public KubeconfigContent {
      Objects.requireNonNull(content, "content");
      Objects.requireNonNull(context, "context");
      allowed = Set.copyOf(allowed);
      Objects.requireNonNull(plugins, "plugins");
    }

    /**
     * Content for which no program is run.
     *
     * @param content YAML
     * @param context which of its contexts; empty for its current one
     * @param allowed what it may ask for
     */
    public KubeconfigContent(
        Sensitive<String> content, Optional<String> context, Set<KubeconfigFeature> allowed) {
      this(content, context, allowed, ExecPlugins.none());
    }

    /**
     * Content that may ask for nothing beyond what it holds itself.
     *
     * @param content YAML
     * @param context which of its contexts; empty for its current one
     */
    public KubeconfigContent(Sensitive<String> content, Optional<String> context) {
      this(content, context, Set.of());
    }
  }

  /** The service account of the pod that this runs in. */
  public record InCluster() implements Access {}

  /**
   * A client that the embedder lends; it is never closed here.
   *
   * @param client the client; set its {@code requestRetryBackoffLimit} to 0, because retries are
   *     done here, by what an error means
   */
  public record LentClient(KubernetesClient client) implements Access {
    /** Checks that the client is there. */
    public LentClient {
      Objects.requireNonNull(client, "client");
    }
  }

  /**
   * A connection that other destinations use too.
   *
   * @param cluster the connection, with its own time limit for requests; never closed here
   */
  public record SharedCluster(KubernetesCluster cluster) implements Access {
    /** Checks that the cluster is there. */
    public SharedCluster {
      Objects.requireNonNull(cluster, "cluster");
    }
  }

  /**
   * A configuration of the cluster that the current context of a kubeconfig file leads to.
   *
   * @param kubeconfig where it is
   * @return a builder with the defaults
   */
  public static KubernetesConfigBuilder builder(Path kubeconfig) {
    return builder(new KubeconfigFile(kubeconfig));
  }

  /**
   * A configuration that says more.
   *
   * @param access how to reach the cluster
   * @return a builder with the defaults
   */
  public static KubernetesConfigBuilder builder(Access access) {
    return new KubernetesConfigBuilder(access);
  }
}
