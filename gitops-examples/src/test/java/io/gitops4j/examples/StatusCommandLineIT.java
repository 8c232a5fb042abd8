package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.examples.cli.GitOps4J;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.SimulatedCluster;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatusCommandLineIT {
  private final TestCluster cluster = SimulatedCluster.shared().api();
  private final String namespace = cluster.createNamespace("status");
  private final PrintStream console = System.out;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final OperationContext context = OperationContext.create();
  @TempDir Path folder;
  private Path kubeconfig = cluster.kubeconfigFile();

  @BeforeEach
  void makeApplication() throws Exception {
    Files.createDirectories(folder.resolve("repo/app"));
    Git.init()
        .setDirectory(folder.resolve("repo").toFile())
        .setInitialBranch("main")
        .call()
        .close();
    commit("registry.test/app:1");
    application("");
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(console);
  }

  @Test
  @DisplayName("status shows one tree, in text and in JSON, and where an image cannot be pulled")
  void showsTree() throws Exception {
    run("sync", "--wait", "--timeout", "PT60S");

    String well = run("status");

    assertThat(well.lines().toList())
        .hasSize(4)
        .first()
        .asString()
        .startsWith(namespace + "  Synced  Healthy  main@")
        .contains("\"use registry.test/app:1\"");
    assertThat(well)
        .containsPattern("\n└─ Healthy     apps/Deployment " + namespace + "/web\n")
        .containsPattern("\n   └─ Healthy     apps/ReplicaSet " + namespace + "/web-\\S+\n")
        .containsPattern("\n      └─ Healthy     Pod " + namespace + "/web-\\S+\n");

    pin();
    assertThat(run("status")).contains("pinned to main@").contains("by Ann: it works");
    JsonNode pinned = new JsonMapper().readTree(run("status", "--output", "json")).path("pin");
    assertThat(pinned.path("reason").asString()).isEqualTo("it works");
    release();

    commit("registry.test/does-not-exist:2");
    assertThat(run("status")).contains("OutOfSync").contains("1 of 1 objects differ");
    run("sync");
    String ill =
        Awaitility.await().until(() -> run("status"), text -> text.contains("Degraded    Pod"));

    assertThat(ill)
        .containsPattern("Degraded    Pod \\S+  container main waits: \\w*ImagePull\\w*");
    JsonNode json = new JsonMapper().readTree(run("status", "--output", "json"));
    assertThat(json.path("sync").path("status").asString()).isEqualTo("Synced");
    assertThat(json.path("objects").path(0).path("children").path(0).path("children").toString())
        .contains("\"kind\":\"Pod\"");
  }

  @Test
  @DisplayName("status --watch prints the tree and then what changes, until it is interrupted")
  void follows() throws Exception {
    run("sync", "--wait", "--timeout", "PT60S");
    List<Integer> code = new ArrayList<>();
    Thread watching = new Thread(() -> code.add(execute("status", "--watch")), "watching");
    watching.start();
    try {
      Awaitility.await().until(() -> text().contains("└─ Healthy     Pod"));
      commit("registry.test/app:2");
      GitOps4J.run(arguments("sync"));
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(text())
                      .containsPattern("\\d\\d:\\d\\d\\S*  Healthy     Pod")
                      .containsPattern("\\d\\d:\\d\\d\\S*  Gone        Pod"));
    } finally {
      watching.interrupt();
      watching.join(60_000);
    }
    assertThat(code).containsExactly(0);
  }

  @Test
  @DisplayName("a watch goes on where the inventory cannot be read for a while")
  void outlasts() throws Exception {
    run("sync", "--wait", "--timeout", "PT60S");
    List<Integer> code = new ArrayList<>();
    try (FaultProxy proxy = FaultProxy.inFrontOf(cluster)) {
      kubeconfig = Files.writeString(folder.resolve("proxy.yaml"), proxy.kubeconfig());
      String[] watch = arguments("status", "--watch");
      kubeconfig = cluster.kubeconfigFile();
      Thread watching = new Thread(() -> code.add(GitOps4J.run(watch)), "watching");
      watching.start();
      try {
        Awaitility.await().until(() -> text().contains("└─ Healthy     Pod"));
        proxy.forget();
        proxy.inject(
            100_000,
            r -> r.path().contains("/secrets") && !r.watches(),
            FaultProxy.status(503, "ServiceUnavailable"));
        commit("registry.test/app:2");
        GitOps4J.run(arguments("sync"));
        Awaitility.await()
            .until(
                () ->
                    watching.getState() == Thread.State.TERMINATED
                        || proxy.seen().stream().filter(r -> r.path().contains("/secrets")).count()
                            > 3);
        proxy.mend();
        Awaitility.await()
            .untilAsserted(
                () -> assertThat(text()).containsPattern("\\d\\d:\\d\\d\\S*  Gone        Pod"));
      } finally {
        watching.interrupt();
        watching.join(60_000);
      }
    }
    assertThat(code).containsExactly(0);
  }

  @Test
  @DisplayName("an Application with skip-reconcile is not synced, and still shown")
  void leavesSuspended() throws Exception {
    application(", annotations: {argocd.argoproj.io/skip-reconcile: \"true\"}");

    assertThat(execute("sync")).isEqualTo(3);
    assertThat(text()).contains("suspended by its annotation argocd.argoproj.io/skip-reconcile");
    assertThat(execute("diff")).isEqualTo(3);
    assertThat(run("status")).startsWith(namespace + "  OutOfSync  ");
    assertThat(cluster.client().apps().deployments().inNamespace(namespace).list().getItems())
        .isEmpty();
  }

  private void pin() {
    Instant now = Instant.now();
    state(
        destination ->
            destination
                .pins()
                .save(
                    target(),
                    new Pin(
                        destination.history().list(target(), context).get(0).revision(),
                        Optional.empty(),
                        "Ann",
                        "it works",
                        now,
                        Pin.Until.RELEASED,
                        Pin.Hooks.RUN),
                    context));
  }

  private void release() {
    state(destination -> destination.pins().remove(target(), context));
  }

  private TargetId target() {
    return new TargetId(namespace);
  }

  private void state(Consumer<KubernetesDestination> work) {
    try (KubernetesDestination destination =
        KubernetesDestination.connect(KubernetesConfig.builder(cluster.kubeconfigFile()).build())) {
      work.accept(destination);
    }
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private String run(String... command) {
    output.reset();
    execute(command);
    return text();
  }

  private int execute(String... command) {
    return GitOps4J.run(arguments(command));
  }

  private String[] arguments(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("-f", folder.resolve("app.yaml").toString()));
    all.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    all.addAll(List.of("--cache", folder.resolve("cache").toString()));
    return all.toArray(String[]::new);
  }

  private void application(String more) throws Exception {
    Files.writeString(
        folder.resolve("app.yaml"),
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: %1$s%3$s}
        spec:
          project: default
          source: {repoURL: "%2$s", targetRevision: main, path: app}
          destination: {server: "https://kubernetes.default.svc", namespace: %1$s}
          syncPolicy: {automated: {prune: true, selfHeal: true}}
        """
            .formatted(namespace, folder.resolve("repo").toUri(), more));
  }

  private void commit(String image) throws Exception {
    Files.writeString(
        folder.resolve("repo/app/web.yaml"),
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: main, image: "%s"}]}
        """
            .formatted(image));
    try (Git git = Git.open(folder.resolve("repo").toFile())) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("use " + image)
          .setAuthor("Ann", "ann@example.com")
          .setCommitter("Ann", "ann@example.com")
          .setSign(false)
          .call();
    }
  }
}
