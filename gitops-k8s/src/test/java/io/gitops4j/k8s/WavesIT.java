package io.gitops4j.k8s;

import static io.gitops4j.k8s.SimulatedTarget.deployment;
import static io.gitops4j.k8s.SimulatedTarget.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.k8s.testing.SimulatedCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Waves, dependencies and values of other objects, with real rollouts. */
class WavesIT {
  private static final String WAVE = "argocd.argoproj.io/sync-wave: ";
  private static final String DEPENDS = "config.kubernetes.io/depends-on: ";
  private static final String SLOW = "{gitops4j.test/starts-after: 1s}";

  private final SimulatedTarget target = new SimulatedTarget("waves", c -> c);

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("a wave begins when the one before is well; the last one is not waited for")
  void waits() {
    target
        .file("db", deployment("db", WAVE + "'-1'", "registry.test/db:1", SLOW))
        .file("app", deployment("app", ""))
        .file(
            "never",
            deployment(
                "never",
                "argocd.argoproj.io/ignore-healthcheck: 'true'",
                "registry.test/does-not-exist:1",
                "{}"))
        .file("late", deployment("late", WAVE + "'2'", "registry.test/app:1", SLOW));

    ReconcileOutcome.Applied applied = (ReconcileOutcome.Applied) target.sync();

    assertThat(target.done()).startsWith("db").endsWith("late").contains("app", "never");
    assertThat(applied.outcome().results())
        .extracting(r -> r.change().id().name() + " " + r.health().status())
        .containsExactly("app HEALTHY", "db HEALTHY", "late PROGRESSING", "never UNKNOWN");
  }

  @Test
  @DisplayName("what is served without a status holds up no wave, and is not said to be well")
  void goesOnWithoutStatus() {
    String group = target.namespace() + ".example.com";
    target
        .file(
            "crd",
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: settings.%1$s}
            spec:
              group: %1$s
              scope: Namespaced
              names: {plural: settings, singular: setting, kind: Setting}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object}}}}
            """
                .formatted(group))
        .file(
            "setting",
            "apiVersion: %s/v1\nkind: Setting\nmetadata: {name: setting}\nspec: {}\n"
                .formatted(group))
        .file("late", map("late", WAVE + "'1'", "one"));

    ReconcileOutcome.Applied applied = (ReconcileOutcome.Applied) target.sync();

    assertThat(target.done()).endsWith("late");
    assertThat(applied.outcome().results())
        .filteredOn(r -> r.change().id().kind().equals("Setting"))
        .extracting(r -> r.health().status() + ": " + r.health().message())
        .containsExactly("UNKNOWN: its kind is served without a status, so nobody tells how it is");
    assertThat(target.sync().kind()).isEqualTo(ReconcileOutcome.Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a broken image fails the sync in time, and says which pod, container and why")
  void brokenImage() {
    try (SimulatedTarget hasty =
        new SimulatedTarget("broken", c -> c.healthTimeout(Duration.ofSeconds(4)))) {
      hasty
          .file("db", deployment("db", WAVE + "'-1'", "registry.test/does-not-exist:1", "{}"))
          .file("app", deployment("app", ""));

      assertThat(hasty.sync().kind()).isEqualTo(Kind.INCOMPLETE);

      assertThat(hasty.failure("db").orElseThrow().code()).isEqualTo("K8S-WAIT-TIMEOUT");
      assertThat(hasty.failure("db").orElseThrow().reason())
          .contains("it did not become well within 4 seconds: 0 of 1 updated replicas")
          .contains("; pod db-")
          .contains("container main waits: ImagePullBackOff")
          .contains("registry.test/does-not-exist:1");
      assertThat(hasty.has("app")).isFalse();

      hasty.file("db", deployment("db", WAVE + "'-1'"));
      assertThat(hasty.sync().kind()).isEqualTo(Kind.APPLIED);
      assertThat(hasty.has("app")).isTrue();
    }
  }

  @Test
  @DisplayName("a pass that finds an earlier wave written and not yet well waits for it again")
  void goesOnWaiting() {
    try (SimulatedTarget hasty =
        new SimulatedTarget("hasty", c -> c.healthTimeout(Duration.ofSeconds(1)))) {
      hasty
          .file(
              "db",
              deployment(
                  "db", WAVE + "'-1'", "registry.test/db:1", "{gitops4j.test/starts-after: 4s}"))
          .file("app", map("app", "", "one"));
      assertThat(hasty.sync().kind()).isEqualTo(Kind.INCOMPLETE);
      assertThat(hasty.maps("app")).isEmpty();

      await().until(() -> hasty.again(OperationContext.create()).kind() == Kind.APPLIED);

      assertThat(hasty.done()).containsExactly("app");
    }
  }

  @Test
  @DisplayName("a cancelled pass stops waiting at once, and what it wrote is owned")
  void cancelled() throws Exception {
    target
        .file("db", deployment("db", WAVE + "'-1'", "registry.test/does-not-exist:1", "{}"))
        .file("app", deployment("app", ""));
    OperationContext context = OperationContext.create();
    CompletableFuture<ReconcileOutcome> pass =
        CompletableFuture.supplyAsync(() -> target.sync(context));
    await().until(() -> target.has("db"));

    context.cancel();

    assertThat(pass.get(60, TimeUnit.SECONDS).kind()).isEqualTo(Kind.FAILED);
    target.file("db", deployment("db", WAVE + "'-1'"));
    assertThat(target.sync().kind()).as("a newer revision goes on").isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("db", "app");
  }

  @Test
  @DisplayName("a newer revision ends a wait, not what is being written")
  void superseded() throws Exception {
    target
        .file("db", deployment("db", WAVE + "'-1'", "registry.test/does-not-exist:1", "{}"))
        .file("app", deployment("app", ""));
    OperationContext context = OperationContext.create();
    CompletableFuture<ReconcileOutcome> pass =
        CompletableFuture.supplyAsync(() -> target.sync(context));
    await().until(() -> target.has("db"));

    context.supersede();

    ReconcileOutcome.Failed ended = (ReconcileOutcome.Failed) pass.get(60, TimeUnit.SECONDS);
    assertThat(ended.failure().reason()).contains("there is a newer revision");
    assertThat(target.has("app")).isFalse();
  }

  @Test
  @DisplayName("where the cluster is watched, waiting asks the server for nothing")
  void waitsForEvents() {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (KubernetesCluster cluster =
            KubernetesCluster.builder(
                    new KubernetesConfig.KubeconfigFile(
                        SimulatedCluster.shared().api().kubeconfigFile(), Optional.empty()))
                .watch(timer)
                .connect();
        SimulatedTarget watched =
            new SimulatedTarget("watched", c -> c, new KubernetesConfig.SharedCluster(cluster))) {
      watched.file("db", deployment("db", "")).file("map", map("map", "", "one"));
      assertThat(watched.sync().kind()).isEqualTo(Kind.APPLIED);
      watched
          .file(
              "db",
              deployment(
                  "db", WAVE + "'-1'", "registry.test/db:2", "{gitops4j.test/starts-after: 3s}"))
          .file("map", map("map", "", "two"));
      Map<String, Long> before = watched.cluster().requestCounts();

      assertThat(watched.sync().kind()).isEqualTo(Kind.APPLIED);

      assertThat(watched.done()).containsExactly("db", "map");
      // The controllers of the cluster read deployments from their own watches.
      assertThat(watched.cluster().requestsSince(before))
          .satisfies(
              requests ->
                  assertThat(requests.getOrDefault("GET deployments", 0L))
                      .as("%s", requests)
                      .isLessThanOrEqualTo(2));
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  @DisplayName("depends-on orders writes and removals, and keeps what something kept needs")
  void dependencies() {
    String database = "apps/namespaces/" + target.namespace() + "/Deployment/db";
    target
        .file("db", deployment("db", ""))
        .file("map", map("map", DEPENDS + database, "one"))
        .file("other", map("other", "", "one"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("other", "db", "map");

    ReconcileOutcome.InSync kept = (ReconcileOutcome.InSync) target.without("db").sync();
    assertThat(kept.plan().changes())
        .filteredOn(c -> c.id().name().equals("db"))
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.reason()).isEqualTo(Reason.PRUNE_PROTECTED);
              assertThat(c.note()).contains("/map depends on it");
            });

    assertThat(target.without("map").sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).as("in reverse").containsExactly("map", "db");
  }

  @Test
  @DisplayName("waves are removed in reverse, also when Git does not have them any more")
  void removal() {
    target
        .file("first", map("first", WAVE + "'-1'", "one"))
        .file("second", map("second", "", "one"))
        .file("third", map("third", WAVE + "'3'", "one"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    target.without("first").without("second").without("third");

    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);

    assertThat(target.done()).containsExactly("third", "second", "first");
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("values of other objects are put in when these are well, and are no drift after")
  void mutation() {
    String mutation =
        """
        config.kubernetes.io/apply-time-mutation: "[\
        {sourceRef: {kind: Service, name: db}, sourcePath: $.spec.clusterIP,\
         targetPath: $.data.value, token: <ip>}]"\
        """;
    target
        .file("map", map("map", mutation, "at <ip>:1"))
        .file(
            "db",
            """
            apiVersion: v1
            kind: Service
            metadata: {name: db}
            spec: {selector: {app: db}, ports: [{port: 80}]}
            """);

    ReconcileOutcome.Applied first = (ReconcileOutcome.Applied) target.sync();

    assertThat(first.plan().changes())
        .filteredOn(c -> c.id().name().equals("map"))
        .extracting(Change::note)
        .singleElement()
        .asString()
        .contains("known after apply: $.data.value from $.spec.clusterIP of Service db");
    assertThat(target.done()).containsExactly("db", "map");
    assertThat(value("map")).matches("at 10\\.0\\.0\\.\\d+:1");
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);

    target.file("map", map("map", mutation, "on <ip>"));
    ReconcileOutcome.Applied second = (ReconcileOutcome.Applied) target.sync();
    assertThat(second.plan().changes())
        .filteredOn(c -> c.action() == Action.UPDATE)
        .singleElement()
        .satisfies(c -> assertThat(c.fields()).hasSize(1));
    assertThat(value("map")).matches("on 10\\.0\\.0\\.\\d+");
  }

  private String value(String map) {
    return target
        .client()
        .configMaps()
        .inNamespace(target.namespace())
        .withName(map)
        .get()
        .getData()
        .get("value");
  }

  @Test
  @DisplayName("a cycle, an unknown dependency and a wrong annotation fail the plan by name")
  void refuses() {
    String other = "/namespaces/" + target.namespace() + "/ConfigMap/";
    target
        .file("a", map("a", DEPENDS + other + "b", "one"))
        .file("b", map("b", DEPENDS + other + "a", "one"));
    assertThat(failed().failure().code()).isEqualTo("K8S-ORDER-CYCLE");
    assertThat(failed().failure().reason()).contains("/a waits for ").contains("depends-on");

    target.file("b", map("b", DEPENDS + other + "none", "one"));
    assertThat(failed().failure().code()).isEqualTo("K8S-DEPENDENCY-UNKNOWN");

    target.file("b", map("b", WAVE + "soon", "one"));
    assertThat(failed().failure().code()).isEqualTo("K8S-ORDER-ANNOTATION");
    assertThat(target.maps("a")).isEmpty();
  }

  private ReconcileOutcome.Failed failed() {
    return (ReconcileOutcome.Failed) target.sync();
  }
}
