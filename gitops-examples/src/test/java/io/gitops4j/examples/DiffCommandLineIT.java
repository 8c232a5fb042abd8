package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What diff shows, and that sync does the same. */
class DiffCommandLineIT extends SettingsHarness {
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
}
