package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.gitops4j.examples.cli.GitOps4J;
import io.gitops4j.k8s.testing.TestCluster;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("cli");
  @TempDir Path folder;

  private record Ran(int code, String output, String errors) {
    JsonNode json() {
      return JSON.readTree(output);
    }
  }

  @BeforeEach
  void makeRepository() throws Exception {
    write(
        "repo/app/objects.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {key: one}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: token}
        stringData: {password: canary-secret-one}
        """);
    try (Git git = Git.init().setDirectory(repo()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      commit(git);
    }
    application("main", "app", "");
  }

  @Test
  @DisplayName("diff, sync, status and history tell one story, with the right exit codes")
  void tellsOneStory() throws Exception {
    assertThat(run("diff").code()).isEqualTo(3);
    Ran sync = run("sync");
    assertThat(sync.code()).as(sync.output()).isZero();
    assertThat(sync.json().path("outcome").asString()).isEqualTo("APPLIED");
    assertThat(sync.json().path("revision").path("author").asString()).contains("Ann");
    assertThat(sync.json().path("changes")).hasSize(2);
    assertThat(run("diff").code()).isZero();
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("IN_SYNC");
    assertThat(run("status").json().path("objects")).hasSize(2);
    assertThat(run("history").json().path("entries")).hasSize(1);
    assertThat(run("sync", "--wait", "--timeout", "PT20S").code()).isZero();
  }

  @Test
  @DisplayName("diff shows the plan as unified text and as JSON Patch, without values of secrets")
  void showsDifferences() throws Exception {
    assertThat(form("diff", "unified").output()).contains("+++ planned/ConfigMap/", "+  key: one");
    run("sync");
    write(
        "repo/app/objects.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {key: two}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: token}
        stringData: {password: canary-secret-two}
        """);
    recommit();

    Ran unified = form("diff", "unified");
    Ran patch = form("diff", "patch");

    assertThat(unified.code()).isEqualTo(3);
    assertThat(unified.output())
        .contains("-  key: one\n+  key: two\n")
        .contains("-  password: '*** (before)'\n+  password: '*** (after)'\n");
    assertThat(patch.code()).isEqualTo(3);
    assertThat(patch.json().path("patches").path(0).path("patch").toString())
        .isEqualTo("[{\"op\":\"replace\",\"path\":\"/data/key\",\"value\":\"two\"}]");
    assertThat(patch.json().path("patches").path(1).path("patch").toString())
        .contains("\"masked\":true");
    JsonNode field = run("diff").json().path("changes").path(0).path("fields").path(0);
    assertThat(field.path("pointer").asString()).isEqualTo("/data/key");
    assertThat(field.path("origin").asString()).isEqualTo("DESIRED");
    assertThat(unified.toString() + patch).doesNotContain("canary-secret", "Y2FuYXJ5");
    assertThat(form("sync", "patch").code()).as("is of diff only").isEqualTo(2);
  }

  @Test
  @DisplayName("what is left alone, and what was not asked for, is no difference")
  void tellsNoDifference() throws Exception {
    String left =
        """
        {apiVersion: v1, kind: ConfigMap, metadata: {name: once, annotations:
          {kustomize.toolkit.fluxcd.io/ssa: IfNotPresent}}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: never, annotations:
          {kustomize.toolkit.fluxcd.io/reconcile: disabled}}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {key: %s}}
        """;
    write("repo/app/objects.yaml", left.formatted("one"));
    recommit();
    assertThat(run("sync").code()).isZero();

    assertThat(run("diff").code()).isZero();
    assertThat(run("status").json().path("sync").path("status").asString()).isEqualTo("Synced");

    write("repo/app/objects.yaml", left.formatted("two"));
    recommit();
    assertThat(run("diff").code()).isEqualTo(3);
    assertThat(run("status").json().path("sync").path("message").asString())
        .isEqualTo("1 of 3 objects differ");
    String[] once = {"--resource", ":ConfigMap:once"};
    assertThat(run("diff", once).code()).isZero();
    assertThat(form("diff", "unified", once).output()).isEmpty();
    assertThat(form("diff", "patch", once).json().path("patches")).isEmpty();

    write("repo/app/objects.yaml", left.formatted("one"));
    recommit();
    write("app.yaml", Files.readString(app()).replace("selfHeal: true", "selfHeal: false"));
    cluster.client().configMaps().inNamespace(namespace).withName("settings").edit(this::moved);
    assertThat(run("diff").code()).isEqualTo(3);
    assertThat(run("diff", once).code()).as("drift that was not asked for").isZero();
  }

  @Test
  @DisplayName(
      "rollback shows, pins and applies an earlier revision, release ends it, revert commits it")
  void goesBack() throws Exception {
    run("sync");
    write(
        "repo/app/objects.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {key: two}}\n");
    recommit();
    run("sync");
    JsonNode entries = run("history").json().path("entries");
    assertThat(entries.path(1).path("number").asInt()).isEqualTo(2);
    assertThat(entries.path(1).path("changes").path(0).path("health").path("status").asString())
        .isEqualTo("HEALTHY");
    String good = entries.path(1).path("revision").path("digest").asString().substring(5);

    assertThat(run("rollback", "--plan").json().path("outcome").asString()).isEqualTo("PLANNED");
    assertThat(settings()).containsEntry("key", "two");
    Ran back = run("rollback", "--to", good.substring(0, 8), "--reason", "two is broken");
    assertThat(back.code()).as("%s", back).isZero();
    assertThat(settings()).containsEntry("key", "one");
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("IN_SYNC");
    assertThat(run("status").json().path("pin").path("reason").asString())
        .isEqualTo("two is broken");

    Ran reverted =
        run("revert", "--to", "3", "--branch", "back", "--author", "Ann <ann@example.com>");
    assertThat(reverted.code()).as("%s", reverted).isZero();
    try (Git git = Git.open(repo())) {
      assertThat(git.getRepository().resolve("back^{tree}"))
          .isEqualTo(git.getRepository().resolve(good + "^{tree}"));
    }

    assertThat(run("release").json().path("released").path("reason").asString())
        .isEqualTo("two is broken");
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("APPLIED");
    assertThat(settings()).containsEntry("key", "two");
    expectError(run("rollback", "--to", "9"), 2, "CONFIGURATION-INVALID", "no such entry");
  }

  private ConfigMap moved(ConfigMap settings) {
    settings.getData().put("key", "moved");
    return settings;
  }

  private Ran form(String command, String output, String... more) {
    List<String> all = new ArrayList<>(List.of(command, "-f", app().toString()));
    all.addAll(List.of("--kubeconfig", cluster.kubeconfigFile().toString()));
    all.addAll(List.of("--output", output));
    all.addAll(List.of(more));
    return execute(all.toArray(String[]::new));
  }

  @Test
  @DisplayName("sync --watch goes on: a later commit is applied, and an interrupt ends it")
  void watches() throws Exception {
    Thread watching = new Thread(() -> run("sync", "--watch", "--interval", "PT0.2S"), "watching");
    watching.start();
    try {
      Awaitility.await().until(() -> "one".equals(settings().get("key")));
      write(
          "repo/app/objects.yaml",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {key: two}}\n");
      recommit();
      Awaitility.await().until(() -> "two".equals(settings().get("key")));
    } finally {
      watching.interrupt();
      watching.join(60_000);
    }
    assertThat(watching.isAlive()).isFalse();
  }

  private Map<String, String> settings() {
    ConfigMap live =
        cluster.client().configMaps().inNamespace(namespace).withName("settings").get();
    return live == null ? Map.of() : live.getData();
  }

  @Test
  @DisplayName("diff shows what sync does, also where nothing is synced or healed by itself")
  void showsWhatSyncDoes() throws Exception {
    String byItself = Files.readString(app());
    write("app.yaml", byItself.replace("prune: true", "enabled: false"));
    Ran first = run("diff");
    assertThat(first.code()).isEqualTo(3);
    assertThat(first.json().path("reason").asString()).isEqualTo("only the plan was asked for");
    assertThat(run("sync").code()).isZero();

    write("app.yaml", byItself.replace("selfHeal: true", "selfHeal: false"));
    cluster.client().configMaps().inNamespace(namespace).withName("settings").edit(this::moved);
    JsonNode drifted = run("diff").json();
    assertThat(drifted.path("outcome").asString()).isEqualTo("PLANNED");
    JsonNode synced = run("sync").json();
    assertThat(synced.path("outcome").asString()).isEqualTo("APPLIED");
    assertThat(drifted.path("changes").findValuesAsString("action"))
        .isEqualTo(synced.path("changes").findValuesAsString("action"));
  }

  @Test
  @DisplayName("a dry run writes nothing")
  void writesNothingInADryRun() {
    assertThat(run("sync", "--dry-run").json().path("outcome").asString()).isEqualTo("PLANNED");
    assertThat(cluster.client().configMaps().inNamespace(namespace).withName("settings").get())
        .isNull();
  }

  @Test
  @DisplayName("no value of a secret is in any output, not even in a refusal by the server")
  void keepsSecrets() throws Exception {
    StringBuilder all = new StringBuilder();
    all.append(run("sync"));
    write(
        "repo/app/objects.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: token}
        stringData: {password: canary-secret-two}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: wrong}
        type: kubernetes.io/dockerconfigjson
        data: {.dockerconfigjson: Y2FuYXJ5LXNlY3JldC10aHJlZQ==}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: broken}
        data: {password: canary-secret-four-is-not-base64}
        """);
    recommit();
    Ran refused = run("sync");
    all.append(run("diff")).append(refused).append(run("history")).append(run("status"));

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.json().path("errors")).hasSizeGreaterThan(0);
    assertThat(all.toString())
        .doesNotContain("canary-secret")
        .doesNotContain("Y2FuYXJ5LXNlY3JldC1");
  }

  @Test
  @DisplayName("what was pruned is listed, and comes back by its name, to stay")
  void restores() throws Exception {
    run("sync");
    write(
        "repo/app/objects.yaml",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {key: one}}\n");
    recommit();
    Ran pruned = run("sync");
    assertThat(pruned.code()).isZero();
    assertThat(pruned.json().path("health").path("status").asString())
        .as("what was meant to go is not missing")
        .isEqualTo("HEALTHY");

    JsonNode kept = run("tombstones").json().path("tombstones");
    assertThat(kept).hasSize(1);
    assertThat(kept.get(0).path("name").asString()).isEqualTo("token");
    assertThat(run("restore", "Secret/nothing").code()).isEqualTo(2);
    Ran restored = run("restore", "Secret/token");

    assertThat(restored.code()).as(restored.toString()).isZero();
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("IN_SYNC");
    assertThat(cluster.client().secrets().inNamespace(namespace).withName("token").get())
        .isNotNull();
    expectError(run("restore", "Secret/token"), 1, "K8S-EXISTS", "token");
  }

  @Test
  @DisplayName("what waits for a confirmation goes with --confirm-prune, or an approval of Argo CD")
  void confirms() throws Exception {
    String claims =
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: %s}, spec: {accessModes:"
            + " [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}\n---\n";
    String settings = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n";
    write("repo/app/objects.yaml", claims.formatted("a") + claims.formatted("b") + settings);
    recommit();
    run("sync");
    write("repo/app/objects.yaml", claims.formatted("b") + settings);
    recommit();
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("IN_SYNC");
    assertThat(terminating("a")).isFalse();
    assertThat(run("sync", "--confirm-prune", "PersistentVolumeClaim/a").code()).isZero();
    assertThat(terminating("a")).isTrue();

    write("repo/app/objects.yaml", settings);
    recommit();
    application("main", "app", "");
    String app = Files.readString(app());
    approve(app, "2020-01-01T00:00:00Z");
    run("sync");
    assertThat(terminating("b")).as("approved before it was removed").isFalse();
    approve(app, "2999-01-01T00:00:00Z");
    run("sync");
    assertThat(terminating("b")).isTrue();
  }

  @Test
  @DisplayName("what another tool owned is taken over by its record, and pruned by the next sync")
  void takesOver() {
    for (String name : new String[] {"settings", "old"}) {
      configMap(name, Map.of(), Map.of("key", "one"));
    }
    configMap(
        "inventory",
        Map.of("cli-utils.sigs.k8s.io/inventory-id", "1"),
        Map.of(namespace + "_settings__ConfigMap", "", namespace + "_old__ConfigMap", ""));
    String[] former = {"CLI_UTILS_INVENTORY", namespace, "inventory"};
    assertThat(run("take-over", former).json().path("takenOver")).hasSize(2);

    Ran sync = run("sync");

    assertThat(sync.code()).as(sync.toString()).isZero();
    assertThat(cluster.client().configMaps().inNamespace(namespace).withName("old").get()).isNull();
    assertThat(
            run("take-over", "--dry-run", former[0], former[1], former[2])
                .json()
                .path("leftBehind"))
        .isEmpty();
  }

  private void configMap(String name, Map<String, String> labels, Map<String, String> data) {
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .endMetadata()
                .withData(data)
                .build())
        .create();
  }

  private void approve(String application, String time) throws Exception {
    write(
        "app.yaml",
        application.replace(
            "metadata: {",
            "metadata: {annotations: {argocd.argoproj.io/deletion-approved: \"" + time + "\"}, "));
  }

  private boolean terminating(String claim) {
    return cluster
            .client()
            .persistentVolumeClaims()
            .inNamespace(namespace)
            .withName(claim)
            .get()
            .getMetadata()
            .getDeletionTimestamp()
        != null;
  }

  @Test
  @DisplayName("bad input gives one clear error with its subject and a next step")
  void explainsBadInput() throws Exception {
    application("nope", "app", "");
    expectError(run("sync"), 1, "SOURCE-REFERENCE-NOT-FOUND", "nope");
    application("main", "vanished", "");
    expectError(run("sync"), 1, "SOURCE-PATH-NOT-FOUND", "vanished");
    application("main", "app", "  sourceHydrator: {}\n");
    expectError(run("sync"), 2, "CONFIGURATION-INVALID", "spec.sourceHydrator");
    application("main", "app", "");
    broken("a: [1\nb: 2\n", "RENDER-YAML", "app/objects.yaml, document 1, line 2");
    broken("apiVersion: v1\nmetadata: {name: x}\n", "RENDER-MANIFEST", "kind is missing");
    broken(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\n".repeat(2),
        "RENDER-DUPLICATE",
        "document 2");
    broken("apiVersion: v9\nkind: Thing\nmetadata: {name: x}\n", "K8S-KIND-UNKNOWN", "v9 Thing");
    Path limited = Files.writeString(folder.resolve("limited"), cluster.limitedKubeconfig());
    Ran forbidden =
        execute(
            "sync", "-f", app().toString(), "--kubeconfig", limited.toString(), "--output", "json");
    expectError(forbidden, 1, "K8S-FORBIDDEN", "limited");
    Path nowhere =
        Files.writeString(
            folder.resolve("nowhere"),
            cluster.kubeconfig().replaceAll("127.0.0.1:\\d+", "127.0.0.1:1"));
    Ran unreachable =
        execute(
            "sync", "-f", app().toString(), "--kubeconfig", nowhere.toString(), "--output", "json");
    expectError(unreachable, 1, "K8S-UNREACHABLE", "127.0.0.1:1");
    Path wrong =
        Files.writeString(
            folder.resolve("wrong"), cluster.kubeconfig().replace("admintoken", "canary-token"));
    Ran unauthorized =
        execute(
            "sync", "-f", app().toString(), "--kubeconfig", wrong.toString(), "--output", "json");
    expectError(unauthorized, 1, "K8S-UNAUTHORIZED", "credentials");
    assertThat(unauthorized.toString()).doesNotContain("canary-token");
    assertThat(execute("sync").code()).isEqualTo(2);
  }

  @Test
  @DisplayName("a sync that is given no time to become healthy fails and says what is waited for")
  void waitsForHealth() throws Exception {
    write(
        "repo/app/objects.yaml",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: nginx}]}
        """);
    recommit();

    Ran ran = run("sync", "--wait", "--timeout", "PT3S");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.json().path("health").path("message").asString()).contains("controller");
  }

  private void broken(String content, String code, String part) throws Exception {
    write("repo/app/objects.yaml", content);
    recommit();
    expectError(run("sync"), 1, code, part);
  }

  private static void expectError(Ran ran, int code, String errorCode, String part) {
    assertThat(ran.code()).as("%s", ran).isEqualTo(code);
    JsonNode error = ran.json().path("errors").path(0);
    assertThat(error.path("code").asString()).as("%s", ran).isEqualTo(errorCode);
    assertThat(error.toString()).contains(part);
  }

  private Ran run(String command, String... more) {
    String[] all = new String[7 + more.length];
    String[] first = {
      command,
      "-f",
      app().toString(),
      "--kubeconfig",
      cluster.kubeconfigFile().toString(),
      "--output",
      "json"
    };
    System.arraycopy(first, 0, all, 0, 7);
    System.arraycopy(more, 0, all, 7, more.length);
    return execute(all);
  }

  /** Mirrors stay with the test. */
  private Ran execute(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--cache";
    all[arguments.length + 1] = folder.resolve("cache").toString();
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      int code = GitOps4J.run(all);
      return new Ran(
          code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private void application(String revision, String path, String more) throws Exception {
    write(
        "app.yaml",
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: %1$s}
        spec:
          project: default
          source: {repoURL: "%2$s", targetRevision: %3$s, path: %4$s}
          destination: {server: "https://kubernetes.default.svc", namespace: %1$s}
          syncPolicy: {automated: {prune: true, selfHeal: true}}
        """
                .formatted(namespace, repo().toURI(), revision, path)
            + more);
  }

  private void recommit() throws Exception {
    try (Git git = Git.open(repo())) {
      git.add().addFilepattern(".").call();
      commit(git);
    }
  }

  private static void commit(Git git) throws Exception {
    git.commit()
        .setMessage("change")
        .setAuthor("Ann", "ann@example.com")
        .setCommitter("Ann", "ann@example.com")
        .setSign(false)
        .call();
  }

  private Path app() {
    return folder.resolve("app.yaml");
  }

  private File repo() {
    return folder.resolve("repo").toFile();
  }

  private void write(String path, String content) throws Exception {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
