package io.gitops4j.examples;

import static io.gitops4j.examples.CanaryScenarios.CANARY;
import static io.gitops4j.examples.CanaryScenarios.scenario;

import io.gitops4j.examples.cli.GitOps4J;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.terraform.flux.TerraformManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.eclipse.jgit.api.Git;

/** What people type, with secrets in the address of a repository and in what it holds. */
final class CanaryCommands {
  /** Of the folder: where the secrets have to be. */
  static final String REPOSITORY = "repository";

  /** Of the namespace: the target of these commands. */
  static final String TARGET = "-typed";

  private final String namespace;
  private final Path folder;
  private final Path kubeconfig;

  CanaryCommands(String namespace, Path folder, Path kubeconfig) {
    this.namespace = namespace;
    this.folder = folder;
    this.kubeconfig = kubeconfig;
  }

  void typed() throws Exception {
    Path app = application("app.yaml", namespace, "https://ann:" + CANARY + "@127.0.0.1:1/repo");
    scenario("an Application", () -> Application.read("app.yaml", Files.readAllBytes(app)));
    scenario("a Terraform object", CanaryCommands::terraform);
    for (String command : List.of("sync", "diff", "status", "history")) {
      run(app, command, "json", "text");
    }
    Path repository = folder.resolve(REPOSITORY);
    Path typed =
        application("typed.yaml", namespace + TARGET, repository.toAbsolutePath().toString());
    try (Git git = Git.init().setDirectory(repository.toFile()).setInitialBranch("main").call()) {
      commit(git, "{word: " + base64(CANARY + "-one") + "}");
      run(typed, "diff", "json", "text", "unified", "patch");
      run(typed, "sync", "json");
      commit(git, "{word: " + base64(CANARY + "-two") + ", more: " + base64(CANARY) + "}");
      run(typed, "diff", "json", "text", "unified", "patch");
      run(typed, "sync", "text");
      commit(git, "{denied: " + base64(CANARY) + "}");
      run(typed, "sync", "json", "text");
      run(typed, "status", "json", "text");
      run(typed, "history", "json", "text");
    }
  }

  private Path application(String file, String name, String url) throws IOException {
    return Files.writeString(
        folder.resolve(file),
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: %s}
        spec:
          project: default
          source: {repoURL: "%s", targetRevision: main, path: app}
          destination: {server: "https://kubernetes.default.svc", namespace: %s}
        """
            .formatted(name, url, namespace));
  }

  private void commit(Git git, String data) throws Exception {
    Path file = folder.resolve(REPOSITORY).resolve("app").resolve("secret.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file, "{apiVersion: v1, kind: Secret, metadata: {name: typed}, data: " + data + "}\n");
    git.add().addFilepattern(".").call();
    git.commit()
        .setMessage("next")
        .setAuthor("Ann", "ann@example.com")
        .setCommitter("Ann", "ann@example.com")
        .setSign(false)
        .call();
  }

  private void run(Path app, String command, String... outputs) {
    for (String output : outputs) {
      scenario(
          command + " of " + app.getFileName() + " as " + output,
          () ->
              GitOps4J.run(
                  command,
                  "-f",
                  app.toString(),
                  "--kubeconfig",
                  kubeconfig.toString(),
                  "--cache",
                  folder.resolve("cache").toString(),
                  "--output",
                  output));
    }
  }

  private static Object terraform() {
    return TerraformManifest.read(
        "infra.yaml",
        """
        apiVersion: infra.contrib.fluxcd.io/v1alpha2
        kind: Terraform
        metadata: {name: infra}
        spec:
          sourceRef: {kind: GitRepository, name: infra}
          vars: [{name: password, value: '%1$s'}]
        ---
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: infra}
        spec: {url: 'https://ann:%1$s@127.0.0.1:1/repo'}
        """
            .formatted(CANARY)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
