package io.gitops4j.k8s;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.gitops4j.GitOps;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One target in a namespace of its own, what asks for it, and other people's hands. */
final class ScratchTarget implements AutoCloseable {
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace;
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new TreeMap<>();
  private UnaryOperator<KubernetesConfigBuilder> settings;
  private KubernetesDestination destination;
  private @Nullable FaultProxy proxy;

  ScratchTarget(String prefix, UnaryOperator<KubernetesConfigBuilder> settings) {
    namespace = cluster.createNamespace(prefix);
    this.settings = settings;
    destination = connect();
  }

  private KubernetesDestination connect() {
    String kubeconfig = proxy == null ? cluster.kubeconfig() : proxy.kubeconfig();
    return KubernetesDestination.connect(
        settings
            .apply(
                KubernetesConfig.builder(
                        new KubernetesConfig.KubeconfigContent(
                            Sensitive.of(kubeconfig), Optional.empty()))
                    .namespace(namespace)
                    .stateNamespace(namespace))
            .build());
  }

  /** As another process that is configured otherwise. */
  void restart(UnaryOperator<KubernetesConfigBuilder> others) {
    settings = others;
    destination.close();
    destination = connect();
  }

  String namespace() {
    return namespace;
  }

  /** What stands in front of the server from the first call on, which counts as a restart. */
  FaultProxy proxy() {
    if (proxy == null) {
      proxy = FaultProxy.inFrontOf(cluster);
      restart(settings);
    }
    return proxy;
  }

  /** What Git holds; {@code NS} in it is the namespace. */
  void file(String name, String yaml) {
    files.put("app/" + name + ".yaml", yaml.replace("NS", namespace));
  }

  /** The name is the namespace's, so that kinds without namespace do not meet those of others. */
  void objectNamedLikeItsNamespace(String version, String kind, String metadata, String content) {
    String rest = content.startsWith("{") ? content.substring(1, content.length() - 1) : content;
    file(
        "it",
        "{apiVersion: %s, kind: %s, metadata: {name: NS%s}, %s}"
            .formatted(version, kind, metadata.isEmpty() ? "" : ", " + metadata, rest));
  }

  void remove(String name) {
    files.remove("app/" + name + ".yaml");
  }

  ReconcileOutcome reconcile() {
    return reconcile(OperationContext.create());
  }

  ReconcileOutcome reconcile(OperationContext context) {
    source.commit("change", files);
    return GitOps.target(namespace)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(destination)
        .policy(SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW))
        .build()
        .reconcile(context);
  }

  /** What comes of one object of a pass that failed in part. */
  ChangeResult result(ReconcileOutcome outcome, String name) {
    return result(
        outcome instanceof ReconcileOutcome.Applied applied
            ? applied.outcome()
            : ((ReconcileOutcome.Incomplete) outcome).outcome(),
        name);
  }

  ChangeResult result(Outcome done, String name) {
    return done.results().stream()
        .filter(r -> r.change().id().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  Plan<ManifestSet> plan() {
    return plan(OperationContext.create());
  }

  Plan<ManifestSet> plan(OperationContext context) {
    source.commit("change", files);
    try (Snapshot snapshot = source.snapshot()) {
      ManifestSet desired = ManifestRenderer.path("app").render(snapshot, context);
      return destination.differ().diff(desired, new TargetId(namespace), context);
    }
  }

  static Change change(Plan<ManifestSet> plan, String name) {
    return plan.changes().stream()
        .filter(c -> c.id().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  Outcome apply(Plan<ManifestSet> plan) {
    return apply(plan, result -> {}, OperationContext.create());
  }

  Outcome apply(Plan<ManifestSet> plan, Consumer<ChangeResult> progress, OperationContext context) {
    return destination.applier().apply(plan, progress, context);
  }

  /** All that was removed and is kept. */
  void restoreAll() {
    OperationContext context = OperationContext.create();
    TargetId id = new TargetId(namespace);
    destination.tombstones(id, context).forEach(t -> destination.restoreObject(id, t, context));
  }

  /** As somebody else does it, with force. */
  void applyAs(String manager, String yaml) {
    client()
        .resource(yaml.replace("NS", namespace))
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(true)
                .build());
  }

  KubernetesClient client() {
    return cluster.client();
  }

  GenericKubernetesResource live(String apiVersion, String kind, String name) {
    return client()
        .genericKubernetesResources(apiVersion, kind)
        .inNamespace(namespace)
        .withName(name)
        .get();
  }

  /** How many dry runs the server was asked for since it was forgotten. */
  long dryRuns() {
    return proxy().seen().stream().filter(r -> r.query().contains("dryRun")).count();
  }

  @Override
  public void close() {
    destination.close();
    if (proxy != null) {
      proxy.close();
    }
  }
}
