package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Failure;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.argo.AppProject;
import io.gitops4j.k8s.argo.ProjectCluster;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What reaches the API server when a target may touch some things only. */
class PermissionsIT {
  private static final Pattern OBJECT =
      Pattern.compile(
          "/(?:api/v1|apis/rbac\\.authorization\\.k8s\\.io/v1)(?:/namespaces/([^/]+))?/([a-z]+)/([^/]+)");
  private static final Map<String, ResourceId> KINDS =
      Map.of(
          "configmaps", new ResourceId("", "ConfigMap", "", "x"),
          "secrets", new ResourceId("", "Secret", "", "x"),
          "namespaces", new ResourceId("", "Namespace", "", "x"),
          "clusterroles", new ResourceId("rbac.authorization.k8s.io", "ClusterRole", "", "x"));

  private final TestCluster cluster = TestCluster.shared();
  private final FaultProxy proxy = FaultProxy.inFrontOf(cluster);
  private final String state = cluster.createNamespace("state");
  private final String ours = cluster.createNamespace("ours");
  private final String theirs = cluster.createNamespace("theirs");
  private final AtomicReference<ObjectPermissions> rules =
      new AtomicReference<>(ObjectPermissions.all());
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new HashMap<>();
  private final KubernetesDestination destination = connect(ours);
  private final Reconciler<ManifestSet> reconciler = target(destination);

  @AfterEach
  void close() {
    destination.close();
    proxy.close();
  }

  @Test
  @DisplayName("what is desired outside of the project is refused as a whole, before any request")
  void refusesDesired() {
    rules.set(project("namespace: '%s'".formatted(ours)));
    files.put("app/good.yaml", configMap(ours, "good"));
    files.put("app/list.yaml", list(configMap(theirs, "bad")));
    files.put("app/role.yaml", clusterRole(ours));
    files.put("app/hook.yaml", hook(theirs, "hook"));
    source.commit("one", files);

    Failure failure = ((ReconcileOutcome.Failed) reconciler.reconcile()).failure();

    assertThat(failure.code()).isEqualTo("K8S-NOT-PERMITTED");
    assertThat(failure.message())
        .contains("ConfigMap " + theirs + "/bad: namespace '" + theirs + "' of cluster")
        .contains("ConfigMap " + theirs + "/hook: ")
        .contains("ClusterRole " + ours + ": its kind is not in clusterResourceWhitelist")
        .contains("add {group: 'rbac.authorization.k8s.io', kind: 'ClusterRole'}")
        .doesNotContain("good");
    assertThat(touched()).isEmpty();
    assertThat(proxy.seen()).noneMatch(r -> r.path().contains("configmaps"));
  }

  @Test
  @DisplayName("what left the project is neither looked at nor removed, and the rest goes on")
  void keepsWhatLeftTheProject() {
    files.put("app/a.yaml", configMap(ours, "a"));
    files.put("app/b.yaml", configMap(theirs, "b"));
    source.commit("one", files);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    rules.set(project("namespace: '%s'".formatted(ours)));
    files.remove("app/b.yaml");
    files.put("app/c.yaml", configMap(ours, "c"));
    source.commit("two", files);
    proxy.forget();

    ReconcileOutcome.Applied applied = (ReconcileOutcome.Applied) reconciler.reconcile();

    Change kept = change(applied.plan(), "b");
    assertThat(kept.action()).isEqualTo(Action.SKIP);
    assertThat(kept.reason()).isEqualTo(Reason.NOT_PERMITTED);
    assertThat(kept.note()).contains("namespace '" + theirs + "'").contains("destinations");
    assertThat(touched()).allMatch(id -> id.namespace().equals(ours));
    assertThat(cluster.client().configMaps().inNamespace(theirs).withName("b").get()).isNotNull();
    assertThat(
            destination
                .health()
                .assess(reconciler.target(), OperationContext.create())
                .get(kept.id())
                .status())
        .isEqualTo(HealthStatus.UNKNOWN);

    rules.set(ObjectPermissions.all());
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(cluster.client().configMaps().inNamespace(theirs).withName("b").get()).isNull();
  }

  @Test
  @DisplayName("a plan made before the project changed does not pass: no request, told for each")
  void checksAgainBeforeWriting() {
    files.put("app/a.yaml", configMap(ours, "a"));
    files.put("app/b.yaml", configMap(theirs, "b"));
    source.commit("one", files);
    Reconciler<ManifestSet> changing =
        GitOps.target(reconciler.target().name())
            .source(source)
            .renderer(ManifestRenderer.path("app"))
            .destination(destination)
            .gate(
                (plan, context) -> {
                  rules.set(project("namespace: '%s'".formatted(ours)));
                  return GateDecision.allowed();
                })
            .build();

    ReconcileOutcome.Incomplete end = (ReconcileOutcome.Incomplete) changing.reconcile();

    assertThat(end.outcome().results())
        .filteredOn(r -> r.failure().isPresent())
        .singleElement()
        .extracting(r -> r.failure().get())
        .satisfies(
            f -> {
              assertThat(f.code()).isEqualTo("K8S-NOT-PERMITTED");
              assertThat(f.subject()).contains("ConfigMap " + theirs + "/b");
            });
    assertThat(proxy.seen()).noneMatch(r -> writes(r) && r.path().contains(theirs));
    assertThat(cluster.client().configMaps().inNamespace(ours).withName("a").get()).isNotNull();
  }

  @Test
  @DisplayName("what was removed is not made anew outside of the project")
  void restoresNothingOutside() {
    files.put("app/a.yaml", configMap(ours, "a"));
    files.put("app/b.yaml", configMap(theirs, "b"));
    source.commit("one", files);
    reconciler.reconcile();
    files.remove("app/b.yaml");
    source.commit("two", files);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    Tombstone b = destination.tombstones(reconciler.target(), OperationContext.create()).get(0);
    rules.set(project("namespace: '%s'".formatted(ours)));
    proxy.forget();

    assertThatThrownBy(
            () -> destination.restoreObject(reconciler.target(), b, OperationContext.create()))
        .isInstanceOf(ApplyException.class)
        .hasMessageContaining("namespace '" + theirs + "' of cluster");
    assertThat(touched()).isEmpty();
  }

  @Test
  @DisplayName("a namespace that may not be made is not made nor asked for, and the plan says so")
  void makesNoNamespace() {
    String missing = cluster.freeNamespace("made");
    files.put("app/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
    source.commit("one", files);
    rules.set(project("namespace: '%s'".formatted(missing)));
    try (KubernetesDestination making = connect(missing)) {
      Reconciler<ManifestSet> target = target(making);

      ReconcileOutcome.Incomplete refused = (ReconcileOutcome.Incomplete) target.reconcile();

      Change namespace = change(refused.plan(), missing);
      assertThat(namespace.reason()).isEqualTo(Reason.NOT_PERMITTED);
      assertThat(namespace.note())
          .contains("not made, should it be missing")
          .contains("add {group: '', kind: 'Namespace'}");
      assertThat(proxy.seen()).noneMatch(r -> r.path().equals("/api/v1/namespaces/" + missing));

      rules.set(
          project(
              "namespace: '%s'".formatted(missing),
              "clusterResourceWhitelist: [{group: '', kind: Namespace, name: '%s'}]"
                  .formatted(missing)));
      assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
      assertThat(cluster.client().namespaces().withName(missing).get()).isNotNull();
    }
  }

  @Test
  @DisplayName("whatever the project and the objects are, no request is outside of the project")
  void neverTouchesOthers() {
    long seed = System.nanoTime();
    System.out.println("seed of PermissionsIT: " + seed);
    Random random = new Random(seed);
    int samples = Boolean.getBoolean("gitops4j.exhaustive") ? 200 : 8;
    commit(random, 4);
    reconciler.reconcile();
    assertThat(touched()).as("what this test sees where all is permitted").isNotEmpty();
    for (int sample = 0; sample < samples; sample++) {
      ObjectPermissions some = randomProject(random);
      // What is owned from before may be outside of the project.
      rules.set(ObjectPermissions.all());
      commit(random, random.nextInt(5));
      reconciler.reconcile();
      rules.set(some);
      commit(random, random.nextInt(4));
      proxy.forget();

      ReconcileOutcome outcome = reconciler.reconcile();

      assertThat(touched()).as("sample %d", sample).allMatch(id -> some.refusal(id).isEmpty());
      assertThat(outcome.kind()).isNotEqualTo(Kind.INCOMPLETE);
      if (outcome instanceof ReconcileOutcome.Failed failed) {
        assertThat(failed.failure().code()).isIn("K8S-NOT-PERMITTED", "RENDER-EMPTY");
      }
      if (outcome instanceof ReconcileOutcome.Applied applied) {
        assertThat(applied.outcome().results())
            .extracting(ChangeResult::change)
            .filteredOn(c -> c.action().writes())
            .allMatch(c -> some.refusal(c.id()).isEmpty());
      }
    }
  }

  private void commit(Random random, int objects) {
    files.clear();
    files.put("app/none.yaml", "# a path that exists");
    for (int i = 0; i < objects; i++) {
      String namespace = random.nextBoolean() ? ours : theirs;
      String name = "n" + random.nextInt(4);
      files.put(
          "app/" + i + ".yaml",
          switch (random.nextInt(4)) {
            case 0 -> clusterRole(ours + "-" + name + i);
            case 1 -> configMap(namespace, name + i).replace("ConfigMap", "Secret");
            case 2 -> hook(namespace, name + i);
            default -> configMap(namespace, name + i);
          });
    }
    source.commit("random " + random.nextLong(), files);
  }

  private ObjectPermissions randomProject(Random random) {
    String places = List.of(ours, theirs, "*", "ours-*", "!" + theirs).get(random.nextInt(5));
    List<String> more = new ArrayList<>();
    if (random.nextBoolean()) {
      more.add("clusterResourceWhitelist: [{group: 'rbac*', kind: '*'}]");
    }
    if (random.nextBoolean()) {
      more.add("namespaceResourceBlacklist: [{group: '', kind: Secret}]");
    } else if (random.nextBoolean()) {
      more.add("namespaceResourceWhitelist: [{group: '', kind: 'Config*'}]");
    }
    return project("namespace: '" + places + "'", more.toArray(String[]::new));
  }

  /** The objects that requests were about, but for those that the target keeps for itself. */
  private List<ResourceId> touched() {
    List<ResourceId> touched = new ArrayList<>();
    for (FaultProxy.Request request : proxy.seen()) {
      Matcher path = OBJECT.matcher(request.path());
      boolean own = request.path().startsWith("/api/v1/namespaces/" + state);
      if (!own && path.matches()) {
        ResourceId kind = KINDS.get(path.group(2));
        assertThat(kind).as(request.path()).isNotNull();
        String namespace = path.group(1) == null ? "" : path.group(1);
        touched.add(new ResourceId(kind.group(), kind.kind(), namespace, path.group(3)));
      }
    }
    return touched;
  }

  private static boolean writes(FaultProxy.Request request) {
    return !request.method().equals("GET") && !request.query().contains("dryRun");
  }

  private static Change change(Plan<?> plan, String name) {
    return plan.changes().stream().filter(c -> c.id().name().equals(name)).findFirst().get();
  }

  private KubernetesDestination connect(String namespace) {
    return KubernetesDestination.connect(
        KubernetesConfig.builder(
                new KubernetesConfig.KubeconfigContent(
                    Sensitive.of(proxy.kubeconfig()), Optional.empty()))
            .namespace(namespace)
            .createNamespace(true)
            .stateNamespace(state)
            .permissions(id -> rules.get().refusal(id))
            .build());
  }

  private Reconciler<ManifestSet> target(KubernetesDestination where) {
    return GitOps.target(cluster.freeNamespace("permissions"))
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(where)
        .build();
  }

  private ObjectPermissions project(String place, String... more) {
    String yaml =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: team}
        spec:
          destinations: [{server: '*', %s}]
          %s
        """
            .formatted(place, String.join("\n  ", more));
    return AppProject.read("project.yaml", yaml.getBytes(StandardCharsets.UTF_8))
        .permissions(new ProjectCluster(cluster.url().toString(), "test", ""));
  }

  private static String configMap(String namespace, String name) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: %s}}"
        .formatted(name, namespace);
  }

  private static String hook(String namespace, String name) {
    return """
    {apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: %s,
      annotations: {argocd.argoproj.io/hook: PreSync}}}
    """
        .formatted(name, namespace);
  }

  private static String list(String item) {
    return "{apiVersion: v1, kind: List, items: [" + item + "]}";
  }

  private static String clusterRole(String name) {
    return "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: %s}, rules: []}"
        .formatted(name);
  }
}
