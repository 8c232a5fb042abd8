package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the commands do with an application, and how they say that they cannot. */
class CommandLineIT extends SettingsHarness {
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
    Ran forbidden = on(limited, "sync", "json");
    expectError(forbidden, 1, "K8S-FORBIDDEN", "limited");
    Path nowhere =
        Files.writeString(
            folder.resolve("nowhere"),
            cluster.kubeconfig().replaceAll("127.0.0.1:\\d+", "127.0.0.1:1"));
    Ran unreachable = on(nowhere, "sync", "json");
    expectError(unreachable, 1, "K8S-UNREACHABLE", "127.0.0.1:1");
    Path wrong =
        Files.writeString(
            folder.resolve("wrong"), cluster.kubeconfig().replace("admintoken", "canary-token"));
    Ran unauthorized = on(wrong, "sync", "json");
    expectError(unauthorized, 1, "K8S-UNAUTHORIZED", "credentials");
    assertThat(unauthorized.toString()).doesNotContain("canary-token");
    assertThat(Ran.of("sync").code()).isEqualTo(2);
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
}
