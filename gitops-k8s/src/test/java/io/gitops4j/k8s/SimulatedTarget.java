package io.gitops4j.k8s;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.testing.SimulatedCluster;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Selection;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.tck.InMemorySource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One target in a namespace of its own on the simulated cluster, and what happens to it. */
final class SimulatedTarget implements AutoCloseable {
  private final TestCluster cluster = SimulatedCluster.shared().api();
  private final String namespace;
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private final List<ChangeResult> results = new ArrayList<>();
  private final KubernetesConfig config;
  private final UnaryOperator<TargetBuilder<ManifestSet>> rules;
  private KubernetesDestination destination;
  private Reconciler<ManifestSet> reconciler;

  SimulatedTarget(String prefix, UnaryOperator<KubernetesConfigBuilder> settings) {
    this(
        prefix,
        settings,
        new KubernetesConfig.KubeconfigFile(
            SimulatedCluster.shared().api().kubeconfigFile(), Optional.empty()));
  }

  SimulatedTarget(
      String prefix,
      UnaryOperator<KubernetesConfigBuilder> settings,
      KubernetesConfig.Access access) {
    this(prefix, settings, access, t -> t);
  }

  SimulatedTarget(
      String prefix,
      UnaryOperator<KubernetesConfigBuilder> settings,
      KubernetesConfig.Access access,
      UnaryOperator<TargetBuilder<ManifestSet>> rules) {
    namespace = cluster.createNamespace(prefix);
    this.rules = rules;
    config =
        settings
            .apply(
                KubernetesConfig.builder(access)
                    .namespace(namespace)
                    .stateNamespace(namespace)
                    .hookTimeout(Duration.ofSeconds(60))
                    .healthTimeout(Duration.ofSeconds(60)))
            .build();
    destination = KubernetesDestination.connect(config);
    reconciler = newReconciler(destination);
  }

  private Reconciler<ManifestSet> newReconciler(KubernetesDestination to) {
    TargetBuilder<ManifestSet> target =
        GitOps.target(namespace)
            .source(source)
            .renderer(ManifestRenderer.path("app"))
            .destination(to)
            .policy(
                new SyncPolicy(
                    SyncPolicy.Prune.REMOVE, SyncPolicy.Drift.CORRECT, SyncPolicy.Empty.ALLOW))
            .listener(
                new ReconcileListener() {
                  @Override
                  public void changed(ReconcileEvent.Changed event) {
                    results.add(event.result());
                  }
                });
    return rules.apply(target).build();
  }

  /** From here on another process has it, which remembers nothing. */
  void restart() {
    destination.close();
    destination = KubernetesDestination.connect(config);
    reconciler = newReconciler(destination);
  }

  Reconciler<ManifestSet> reconciler() {
    return reconciler;
  }

  String namespace() {
    return namespace;
  }

  KubernetesClient client() {
    return cluster.client();
  }

  TestCluster cluster() {
    return cluster;
  }

  KubernetesDestination destination() {
    return destination;
  }

  /** What Git has in a file from the next commit on. */
  SimulatedTarget file(String name, String content) {
    files.put("app/" + name + ".yaml", content);
    return this;
  }

  SimulatedTarget without(String name) {
    files.remove("app/" + name + ".yaml");
    return this;
  }

  /** Commits, and makes one pass. */
  ReconcileOutcome sync() {
    return sync(OperationContext.create());
  }

  ReconcileOutcome sync(OperationContext context) {
    commit();
    return again(context);
  }

  /** One pass about what a pattern matches. */
  ReconcileOutcome sync(String pattern) {
    commit();
    results.clear();
    return reconciler.reconcile(OperationContext.create(), Selection.of(List.of(pattern)));
  }

  void commit() {
    Map<String, String> committed = new HashMap<>(files);
    committed.put("app/readme.txt", "not a manifest");
    source.commit("change", committed);
  }

  /** Commits, and another process makes a pass beside this one. */
  ReconcileOutcome syncElsewhere() {
    commit();
    try (KubernetesDestination other = KubernetesDestination.connect(config)) {
      return newReconciler(other).reconcile();
    }
  }

  /** One more pass over what was committed last. */
  ReconcileOutcome again(OperationContext context) {
    results.clear();
    return reconciler.reconcile(context);
  }

  ReconcileOutcome plan() {
    commit();
    return reconciler.plan(OperationContext.create());
  }

  /** The names of what was written, run or removed in the last pass, in this order. */
  List<String> done() {
    return results.stream()
        .filter(r -> r.change().action().writes() && r.failure().isEmpty())
        .map(r -> r.change().id().name())
        .toList();
  }

  /** Why something failed in the last pass. */
  Optional<Failure> failure(String name) {
    return results.stream()
        .filter(r -> r.change().id().name().equals(name))
        .flatMap(r -> r.failure().stream())
        .reduce((earlier, later) -> later);
  }

  /** The names of the Jobs that are there. */
  List<String> jobs() {
    return client().batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
        .map(j -> j.getMetadata().getName())
        .sorted()
        .toList();
  }

  /** The names of the ConfigMaps that begin so. */
  List<String> maps(String prefix) {
    return client().configMaps().inNamespace(namespace).list().getItems().stream()
        .map(m -> m.getMetadata().getName())
        .filter(n -> n.startsWith(prefix))
        .toList();
  }

  String uidOfJob(String name) {
    return client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(name)
        .get()
        .getMetadata()
        .getUid();
  }

  boolean has(String deployment) {
    return client().apps().deployments().inNamespace(namespace).withName(deployment).get() != null;
  }

  static String job(String name, String annotations) {
    return job("name: " + name, annotations, "{}");
  }

  /** A Job whose pods behave as their annotations say. */
  static String job(String name, String annotations, String pods) {
    return """
        apiVersion: batch/v1
        kind: Job
        metadata:
          %s
          annotations: {%s}
        spec:
          backoffLimit: 0
          template:
            metadata: {annotations: %s}
            spec: {restartPolicy: Never, containers: [{name: main, image: "registry.test/job:1"}]}
        """
        .formatted(name, annotations, pods);
  }

  static String deployment(String name, String annotations) {
    return deployment(name, annotations, "registry.test/app:1", "{}");
  }

  static String deployment(String name, String annotations, String image, String pods) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: %1$s
          annotations: {%2$s}
        spec:
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}, annotations: %4$s}
            spec: {containers: [{name: main, image: "%3$s"}]}
        """
        .formatted(name, annotations, image, pods);
  }

  static String map(String name, String annotations, String value) {
    return """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: %s
          annotations: {%s}
        data: {value: "%s"}
        """
        .formatted(name, annotations, value);
  }

  @Override
  public void close() {
    destination.close();
  }
}
