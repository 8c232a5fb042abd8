package io.gitops4j.k8s.argo;

import io.gitops4j.TargetBuilder;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Redactor;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.IgnoredAtWrite;
import io.gitops4j.k8s.KubernetesConfigBuilder;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.MissingKinds;
import io.gitops4j.k8s.NamespaceMetadata;
import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.k8s.ReplacePolicy;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.model.ResourceId;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.render.Desired;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An Argo CD {@code Application} ({@code argoproj.io/v1alpha1}): the fields that are honoured. One
 * that is not is an error that names it, never silently ignored. Immutable.
 *
 * @param name of the application
 * @param sourceNamespace where it lives itself, empty when it does not say
 * @param project whose rules it obeys; {@code default} where it does not say
 * @param repoUrl where its repository is
 * @param targetRevision what it follows; {@code HEAD} where it does not say
 * @param renderer of its path
 * @param server the address of its cluster, empty when it names the cluster instead
 * @param clusterName the name of its cluster, empty when it gives the address instead
 * @param namespace of objects that name none, empty for none
 * @param createNamespace whether that namespace is made when it is missing
 * @param namespaceMetadata what that namespace carries
 * @param update how objects that exist are changed
 * @param replace what happens when an immutable field changed
 * @param awaited which objects of kinds that nobody serves are waited for
 * @param ignoreDifferences fields that others may set
 * @param ignoredAtWrite what becomes of them when their object is written
 * @param prunePropagation what becomes of what a pruned object made
 * @param pruning what becomes of what it owns and is no longer desired, where {@code policy} lets
 *     it
 * @param deletion what becomes of what it owns when nothing is desired any more
 * @param historyLimit how many passes history keeps
 * @param policy what may happen on its own
 * @param retry how often a sync that failed is tried again; empty where it does not say
 * @param automated whether it is synced without being asked
 * @param suspended whether it is left alone, by {@code argocd.argoproj.io/skip-reconcile}
 * @param deletionApproved when somebody approved what waits for a confirmation
 */
public record Application(
    String name,
    String sourceNamespace,
    String project,
    String repoUrl,
    String targetRevision,
    ManifestRenderer renderer,
    String server,
    String clusterName,
    String namespace,
    boolean createNamespace,
    NamespaceMetadata namespaceMetadata,
    UpdatePolicy update,
    ReplacePolicy replace,
    MissingKinds.Awaited awaited,
    List<IgnoreRule> ignoreDifferences,
    IgnoredAtWrite ignoredAtWrite,
    PrunePropagation prunePropagation,
    SyncPolicy.Prune pruning,
    SyncPolicy.Prune deletion,
    int historyLimit,
    SyncPolicy policy,
    Optional<RetryPolicy> retry,
    boolean automated,
    boolean suspended,
    Optional<Instant> deletionApproved) {
  /** The annotation that suspends an application while its value is {@code true}. */
  public static final String SKIP = "argocd.argoproj.io/skip-reconcile";

  private static final String CONTROL_PLANE = "argocd";
  private static final Duration KIND_WAIT = Duration.ofSeconds(60);

  /** Checks that no part is missing. */
  public Application {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(sourceNamespace, "sourceNamespace");
    Objects.requireNonNull(project, "project");
    Objects.requireNonNull(renderer, "renderer");
    Objects.requireNonNull(namespaceMetadata, "namespaceMetadata");
    Objects.requireNonNull(update, "update");
    Objects.requireNonNull(replace, "replace");
    Objects.requireNonNull(awaited, "awaited");
    ignoreDifferences = List.copyOf(ignoreDifferences);
    Objects.requireNonNull(ignoredAtWrite, "ignoredAtWrite");
    Objects.requireNonNull(prunePropagation, "prunePropagation");
    Objects.requireNonNull(pruning, "pruning");
    Objects.requireNonNull(deletion, "deletion");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(retry, "retry");
    Objects.requireNonNull(deletionApproved, "deletionApproved");
  }

  /**
   * What its target is called, so that no two applications share one: as Argo CD tells them apart,
   * by the name alone in its own namespace {@code argocd} or where the manifest names none, by
   * namespace and name anywhere else.
   *
   * @return {@code name} or {@code namespace/name}
   */
  public String targetName() {
    return targetName(new ResourceId("argoproj.io", "Application", sourceNamespace, name));
  }

  static String targetName(ResourceId id) {
    return id.namespace().isEmpty() || id.namespace().equals(CONTROL_PLANE)
        ? id.name()
        : id.namespace() + "/" + id.name();
  }

  /** Not every field: the address of the repository may hold a password. */
  @Override
  public String toString() {
    return "Application " + targetName() + " of " + Redactor.redact(repoUrl);
  }

  /**
   * The context of a kubeconfig that leads to its cluster, where no {@link Clusters} are known.
   *
   * @return what {@code destination.name} says; empty for the current one, where it says {@code
   *     in-cluster} or {@code server} instead
   */
  public Optional<String> context() {
    return clusterName.isEmpty() || clusterName.equals(ProjectCluster.IN_CLUSTER.name())
        ? Optional.empty()
        : Optional.of(clusterName);
  }

  /**
   * Sends it to the cluster that a connection leads to. A name says nothing of an address: where it
   * gives {@code destination.name}, the connection has to be of its {@link #context()}.
   *
   * @param reached the address of that cluster, as {@link
   *     io.gitops4j.k8s.KubernetesCluster#server()} tells it
   * @return the application in that cluster
   * @throws ConfigurationException when {@code destination.server} is another; {@code
   *     https://kubernetes.default.svc} is the one that is given, whichever it is
   */
  public PlacedApplication at(String reached) {
    String asked = address(server);
    if (!asked.isEmpty()
        && !asked.equals(ProjectCluster.IN_CLUSTER.server())
        && !asked.equals(address(reached))) {
      throw new ConfigurationException(
          "Application " + name,
          List.of(
              "spec.destination.server is "
                  + server
                  + ", the connection leads to "
                  + reached
                  + ": choose its context, or write "
                  + ProjectCluster.IN_CLUSTER.server()));
    }
    return PlacedApplication.of(this, ProjectCluster.of(this, reached));
  }

  static String address(String server) {
    return server.replaceFirst("/+$", "");
  }

  /**
   * Who permits removals that wait for it: whoever wrote the annotation {@code deletion-approved}.
   *
   * @return what {@link PlacedApplication#configure(TargetBuilder)} sets, so that an embedder can
   *     add to it by {@link PruneConfirmation#or}
   */
  public PruneConfirmation confirmation() {
    return deletionApproved.map(PruneConfirmation::givenAt).orElseGet(PruneConfirmation::none);
  }

  /** Tells a target what may happen on its own, and when. */
  <D extends Desired> TargetBuilder<D> configure(TargetBuilder<D> target) {
    target.policy(policy).confirmation(confirmation());
    retry.ifPresent(target::retry);
    if (suspended) {
      target.gate(Gate.suspended("its annotation " + SKIP));
    }
    return automated ? target : target.gate(Gate.onlyAsked("its spec.syncPolicy.automated is off"));
  }

  /**
   * Tells a destination its namespace, what is ignored, kept and replaced, its sync options. What
   * it owns is kept only where the destination knows that: a target with {@code policy} alone would
   * remove what {@code Prune=false} keeps.
   */
  KubernetesConfigBuilder configure(KubernetesConfigBuilder config) {
    return config
        .namespace(namespace)
        .createNamespace(createNamespace)
        .namespaceMetadata(namespaceMetadata)
        .update(update)
        .replace(replace)
        .missingKinds(new MissingKinds(awaited, KIND_WAIT))
        .ignoreDifferences(ignoreDifferences)
        .ignoredAtWrite(ignoredAtWrite)
        .prunePropagation(prunePropagation)
        .pruning(pruning)
        .deletion(deletion)
        .historyLimit(historyLimit);
  }

  /**
   * Reads one.
   *
   * @param file its name, for messages
   * @param content YAML or JSON with exactly one object
   * @return the application
   * @throws ConfigurationException that lists every field that is missing, wrong or not honoured
   * @throws io.gitops4j.error.RenderException when it is no manifest at all
   */
  public static Application read(String file, byte[] content) {
    return ApplicationReader.read(file, content);
  }
}
