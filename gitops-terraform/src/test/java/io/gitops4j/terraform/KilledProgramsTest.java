package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.OneTarget;
import io.gitops4j.terraform.testing.StateServer;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs, and processes of ours, that are killed at work, with the real programs. */
class KilledProgramsTest {
  @TempDir Path folder;

  @Test
  @DisplayName(
      "fault 51: a program killed at any point loses nothing, leaves no lock, and the next pass"
          + " converges")
  void survivesAKilledProgram() {
    long seed = System.nanoTime();
    System.out.println("killed after times of seed " + seed);
    Random random = new Random(seed);
    OneTarget target = target("killed");
    for (int round = 0; round < (Boolean.getBoolean("gitops4j.exhaustive") ? 10 : 4); round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 8; i++) {
        text.append(
            """
            resource "terraform_data" "r%d" {
              triggers_replace = [%d]
              provisioner "local-exec" {
                command = "sleep 0.05"
              }
            }
            """
                .formatted(i, round));
      }
      target.commit(text.toString());
      ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
      try {
        killer.schedule(
            () -> ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly),
            random.nextInt(700),
            TimeUnit.MILLISECONDS);
        target.pass();
      } finally {
        killer.shutdownNow();
      }

      ReconcileOutcome next = target.pass();
      assertThat(next.kind()).as(next.toString()).isIn(Kind.APPLIED, Kind.IN_SYNC);
      assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @Test
  @DisplayName(
      "fault 51: a process of ours that is killed leaves its program at work; the next pass waits"
          + " for it")
  void survivesAKilledPass() throws Exception {
    try (StateServer server = new StateServer()) {
      String configuration =
          server.backend()
              + """
              resource "terraform_data" "slow" {
                provisioner "local-exec" {
                  command = "sleep 2"
                }
              }
              """;
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledProgramsTest.class.getName(),
                  folder.resolve("work").toString(),
                  TerraformPrograms.any().toString(),
                  configuration)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("child.log").toFile())
              .start();
      Awaitility.await().until(() -> sleeping(child) || !child.isAlive());
      assertThat(child.isAlive()).as(Files.readString(folder.resolve("child.log"))).isTrue();
      child.destroyForcibly().waitFor();

      ReconcileOutcome next = target("child").commit(configuration).pass();

      assertThat(next.kind()).as(next.toString()).isEqualTo(Kind.IN_SYNC);
      assertThat(server.lock()).isEmpty();
      assertThat(server.state()).contains("slow");
    }
  }

  /** One pass in a process of its own. */
  public static void main(String[] arguments) {
    InMemorySource own = new InMemorySource();
    own.commit("child", Map.of("infra/main.tf", arguments[2]));
    ReconcileOutcome outcome =
        GitOps.target("child")
            .source(own)
            .renderer(TerraformRenderer.path("infra"))
            .destination(
                TerraformDestination.open(
                    TerraformConfig.builder(Path.of(arguments[0]), Sensitive.of(new byte[32]))
                        .binary(Path.of(arguments[1]))
                        .build()))
            .build()
            .reconcile();
    System.out.println(outcome);
  }

  private OneTarget target(String name) {
    return new OneTarget(folder.resolve("work"), name, c -> c.lockTimeout(Duration.ofSeconds(5)));
  }

  private static boolean sleeping(Process process) {
    return process
        .descendants()
        .anyMatch(p -> p.info().commandLine().orElse("").endsWith("sleep 2"));
  }
}
