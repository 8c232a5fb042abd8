package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What sync removes, and what brings it back. */
class PruneCommandLineIT extends SettingsHarness {
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
}
