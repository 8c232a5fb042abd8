package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** An application of one ConfigMap and one Secret, in a repository that a test commits to. */
abstract class SettingsHarness extends CommandLineHarness {
  SettingsHarness() {
    super("cli");
  }

  @BeforeEach
  final void makeRepository() throws Exception {
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

  final Map<String, String> settings() {
    ConfigMap live =
        cluster.client().configMaps().inNamespace(namespace).withName("settings").get();
    return live == null ? Map.of() : live.getData();
  }

  final ConfigMap moved(ConfigMap settings) {
    settings.getData().put("key", "moved");
    return settings;
  }

  static void expectError(Ran ran, int code, String errorCode, String part) {
    assertThat(ran.code()).as("%s", ran).isEqualTo(code);
    JsonNode error = ran.json().path("errors").path(0);
    assertThat(error.path("code").asString()).as("%s", ran).isEqualTo(errorCode);
    assertThat(error.toString()).contains(part);
  }

  final void application(String revision, String path, String more) throws Exception {
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

  final void recommit() throws Exception {
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

  final Path app() {
    return folder.resolve("app.yaml");
  }

  final File repo() {
    return folder.resolve("repo").toFile();
  }
}
