package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the working folder of a workspace, with the real program. */
class FilesOfAWorkspaceTest {
  private static final String PLAIN = "resource \"terraform_data\" \"a\" {}\n";

  @TempDir Path folder;
  private final InMemorySource source = new InMemorySource();

  @Test
  @DisplayName("a file that the plan made beside the module is there when the plan is applied")
  void keepsWhatThePlanMade() {
    source.commit(
        "zip",
        Map.of(
            "infra/main.tf",
            """
            resource "terraform_data" "function" {
              provisioner "local-exec" {
                command = "cat lambda.zip"
              }
            }
            """));

    ReconcileOutcome outcome =
        target("zip")
            .gate(
                (plan, context) -> {
                  // As the archive provider does while it plans.
                  write(module().resolve("lambda.zip"));
                  return GateDecision.allowed();
                })
            .build()
            .reconcile();

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("a file that an apply made beside the module outlives passes and revisions")
  void keepsWhatTheApplyMade() {
    String made =
        """
        resource "terraform_data" "made" {
          provisioner "local-exec" {
            command = "mkdir -p out && echo made > out/made.txt"
          }
        }
        """;
    source.commit("make", Map.of("infra/main.tf", made));
    assertThat(target("made").build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    Path file = module().resolve("out/made.txt");

    assertThat(target("made").build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(file).exists();
    source.commit("more", Map.of("infra/main.tf", made + PLAIN));
    assertThat(target("made").build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(file).exists();
  }

  @Test
  @DisplayName("a script that Git keeps as a program can be started, and only as long as it does")
  void keepsPrograms() {
    Map<String, String> script =
        Map.of(
            "infra/main.tf",
            """
            resource "terraform_data" "run" {
              triggers_replace = filesha1("${path.module}/run.sh")
              provisioner "local-exec" {
                command = "${path.module}/run.sh"
              }
            }
            """,
            "infra/run.sh",
            "#!/bin/sh\necho ran\n");
    source.commit("script", script, Set.of("infra/run.sh"));
    assertThat(module(target("script").build().reconcile()).resolve("run.sh")).isExecutable();
    source.commit("no program", script);
    assertThat(module(target("script").build().reconcile()).resolve("run.sh"))
        .satisfies(file -> assertThat(Files.isExecutable(file)).isFalse());
  }

  @Test
  @DisplayName("a file that left Git goes, and a file and a directory can change places")
  void removesWhatLeftGit() {
    source.commit(
        "old",
        Map.of(
            "infra/main.tf",
            PLAIN,
            "infra/old.tf",
            "resource \"terraform_data\" \"b\" {}\n",
            "infra/conf/x",
            "1",
            "infra/data",
            "2"));
    assertThat(target("left").build().reconcile().kind()).isEqualTo(Kind.APPLIED);

    source.commit("new", Map.of("infra/main.tf", PLAIN, "infra/conf", "3", "infra/data/x", "4"));
    ReconcileOutcome outcome = target("left").build().reconcile();

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
    assertThat(((ReconcileOutcome.Applied) outcome).outcome().inventory().entries()).hasSize(1);
    assertThat(module().resolve("old.tf")).doesNotExist();
    assertThat(module().resolve("conf")).hasContent("3");
    assertThat(module().resolve("data/x")).hasContent("4");
  }

  private TargetBuilder<TerraformWorkspace> target(String name) {
    return GitOps.target(name)
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(
            TerraformDestination.open(
                TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
                    .binary(TerraformPrograms.any())
                    .build()));
  }

  private Path module(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as(outcome.toString()).isIn(Kind.APPLIED, Kind.IN_SYNC);
    return module();
  }

  /** Where the program runs: there is one target in each test. */
  private Path module() {
    try (Stream<Path> all = Files.list(folder.resolve("work"))) {
      return all.map(home -> home.resolve("tree/infra"))
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "made\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
