package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.examples.cli.GitOps4J;
import io.gitops4j.terraform.testing.StateServer;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TerraformCommandLineTest {
  @TempDir Path folder;
  private String repository = "repo";

  @BeforeEach
  void commit() throws Exception {
    Path repo = folder.resolve("repo");
    Files.createDirectories(repo.resolve("infra"));
    Files.writeString(
        repo.resolve("infra/main.tf"),
        """
        variable "size" {
          type = number
        }
        variable "tags" {
          type = map(string)
        }
        resource "terraform_data" "network" {
          input = { size = var.size, tags = var.tags }
        }
        """);
    Files.createDirectories(repo.resolve("staging"));
    Files.writeString(
        repo.resolve("staging/main.tf"),
        """
        variable "size" {}
        variable "tags" {}
        resource "terraform_data" "other" {
          input = var.size
        }
        """);
    commitChange();
  }

  private void commitChange() throws Exception {
    File repo = folder.resolve("repo").toFile();
    try (Git git = Git.init().setDirectory(repo).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit().setMessage("network").setAuthor("Ann", "ann@example.com").setSign(false).call();
    }
  }

  @Test
  @DisplayName(
      "a Terraform object is planned, approved by its plan's id, applied, and told in JSON")
  void approvesByPlanId() throws Exception {
    manifest("", "");
    assertThat(run("diff").code()).isEqualTo(3);
    Ran held = run("sync");
    assertThat(held.code()).as(held.output()).isEqualTo(3);
    assertThat(held.json().path("outcome").asString()).isEqualTo("PLANNED");
    String plan = held.json().path("plan").asString();
    assertThat(plan).startsWith("sha256:");

    manifest("approvePlan: \"" + plan + "\"", "suspend: true");
    assertThat(run("sync").json().path("reason").asString()).contains("suspended by spec.suspend");
    manifest("approvePlan: \"" + plan + "\"", "");
    Ran sync = run("sync");
    assertThat(sync.code()).as(sync.output()).isZero();
    assertThat(sync.json().path("outcome").asString()).isEqualTo("APPLIED");
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("IN_SYNC");
    assertThat(run("diff").code()).isZero();
    JsonNode status = run("status").json();
    assertThat(status.path("objects")).hasSize(1);
    assertThat(status.path("sync").path("message").asString()).contains("ask diff");
    assertThat(status.path("revision").path("reference").asString()).isEqualTo("main");
    assertThat(run("history").json().path("entries")).hasSize(1);

    manifest("approvePlan: auto", "destroy: true");
    Ran destroyed = run("sync");
    assertThat(destroyed.code()).as(destroyed.output()).isZero();
    assertThat(run("status").json().path("objects")).isEmpty();
  }

  @Test
  @DisplayName("fields that are not honoured are named, all at once")
  void namesWhatItDoesNotHonour() throws Exception {
    manifest("approvePlan: auto", "writeOutputsToSecret: {name: x}\n  targets: [a]");

    Ran ran = run("sync");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.output()).contains("spec.writeOutputsToSecret").contains("spec.targets");
  }

  @Test
  @DisplayName("two manifests of one name in two namespaces are two targets with a state each")
  void tellsNamespacesApart() throws Exception {
    manifest("approvePlan: auto", "", "{name: network, namespace: prod}", "./infra");
    assertThat(run("sync").json().path("target").asString()).isEqualTo("prod/network");

    manifest("approvePlan: auto", "", "{name: network, namespace: staging}", "./infra");
    Ran second = run("sync");

    assertThat(second.json().path("target").asString()).isEqualTo("staging/network");
    assertThat(second.json().path("outcome").asString()).as("made, not found").isEqualTo("APPLIED");
  }

  @Test
  @DisplayName(
      "a manifest of the same name about another directory is refused, until somebody says that it"
          + " moved")
  void refusesAnotherDirectory() throws Exception {
    manifest("approvePlan: auto", "", "{name: network}", "./infra");
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("APPLIED");

    manifest("approvePlan: auto", "", "{name: network}", "./staging");
    Ran other = run("sync");

    assertThat(other.code()).as(other.output()).isEqualTo(1);
    JsonNode error = other.json().path("errors").path(0);
    assertThat(error.path("code").asString()).isEqualTo("TERRAFORM-OTHER-DIRECTORY");
    assertThat(error.toString()).contains("'infra'").contains("'staging'").contains("namespace");
    manifest("approvePlan: auto", "", "{name: network}", "./infra");
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("IN_SYNC");

    repository = "copy";
    Git.cloneRepository()
        .setURI(folder.resolve("repo").toUri().toString())
        .setDirectory(folder.resolve(repository).toFile())
        .call()
        .close();
    manifest("approvePlan: auto", "", "{name: network}", "./infra");
    assertThat(run("sync").json().path("errors").path(0).path("reason").asString())
        .contains("/repo,")
        .contains("/copy");

    repository = "repo";
    manifest("approvePlan: auto", "", "{name: network}", "./staging");
    try (Stream<Path> all = Files.walk(folder.resolve("state"))) {
      Files.delete(all.filter(f -> f.endsWith("directory")).findFirst().orElseThrow());
    }
    assertThat(run("sync").json().path("outcome").asString()).isEqualTo("APPLIED");
  }

  @Test
  @DisplayName("a lock of somebody else is told with its id and its holder, and opened by that id")
  void opensALock() throws Exception {
    try (StateServer server = new StateServer()) {
      Files.writeString(
          folder.resolve("repo/infra/main.tf"),
          server.backend() + "variable \"size\" {}\nvariable \"tags\" {}\n");
      commitChange();
      manifest("approvePlan: auto", "");
      server.lockedBy(
          "{\"ID\":\"abc-1\",\"Operation\":\"OperationTypeApply\",\"Who\":\"eve@elsewhere\","
              + "\"Version\":\"1.11.4\",\"Created\":\"2026-01-02T03:04:05.6Z\",\"Path\":\"\"}");

      assertThat(run("unlock", "abc-1").json().path("errors").path(0).path("code").asString())
          .as("there is nothing yet to ask the program in")
          .isEqualTo("TERRAFORM-NO-WORKSPACE");
      JsonNode error = run("sync").json().path("errors").path(0);
      assertThat(error.path("code").asString()).isEqualTo("TERRAFORM-STATE-LOCKED");
      String lock = error.path("details").path("lockId").asString();
      assertThat(lock).isEqualTo("abc-1");

      assertThat(server.lock()).contains("abc-1");
      assertThat(run("unlock", lock).json().path("unlocked").asString()).isEqualTo(lock);
      assertThat(server.lock()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0} --watch")
  @ValueSource(strings = {"sync", "status"})
  @DisplayName("a watch ends when nobody reads what it prints any more")
  void endsUnread(String command) throws Exception {
    manifest("approvePlan: auto", "");
    List<Integer> codes = new CopyOnWriteArrayList<>();
    Thread watching =
        new Thread(() -> codes.add(GitOps4J.run(arguments(command, "--watch"))), "watching");
    PrintStream out = System.out;
    System.setOut(new PrintStream(new ClosedPipe(), true, StandardCharsets.UTF_8));
    try {
      watching.start();
      watching.join(60_000);
      assertThat(watching.isAlive()).as("it goes on").isFalse();
    } finally {
      System.setOut(out);
      watching.interrupt();
      watching.join(60_000);
    }
    assertThat(codes).containsExactly(1);
  }

  private static final class ClosedPipe extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("Broken pipe");
    }
  }

  private Ran run(String... command) {
    return Ran.of(arguments(command));
  }

  private String[] arguments(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("-f", folder.resolve("infra.yaml").toString()));
    all.addAll(List.of("--terraform", TerraformPrograms.any().toString()));
    all.addAll(List.of("--terraform-state", folder.resolve("state").toString()));
    all.addAll(List.of("--cache", folder.resolve("cache").toString()));
    all.addAll(List.of("--plan-key", folder.resolve("plan.key").toString()));
    all.addAll(List.of("--output", "json"));
    return all.toArray(String[]::new);
  }

  private void manifest(String approve, String more) throws Exception {
    manifest(approve, more, "{name: network, namespace: flux-system}", "./infra");
  }

  private void manifest(String approve, String more, String metadata, String path)
      throws Exception {
    Files.writeString(
        folder.resolve("infra.yaml"),
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: infra, namespace: flux-system}
        spec:
          interval: 1m
          url: %s
          ref: {branch: main}
        ---
        apiVersion: infra.contrib.fluxcd.io/v1alpha2
        kind: Terraform
        metadata: %s
        spec:
          interval: 10m
          path: %s
          sourceRef: {kind: GitRepository, name: infra}
          vars:
          - {name: size, value: 16}
          - {name: tags, value: {team: shop}}
          %s
          %s
        """
            .formatted(folder.resolve(repository).toUri(), metadata, path, approve, more));
  }
}
