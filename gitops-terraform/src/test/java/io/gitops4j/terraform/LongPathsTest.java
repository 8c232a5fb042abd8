package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.terraform.testing.OneTarget;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Working folders that lie deep, with the real program. */
class LongPathsTest {
  @TempDir Path folder;

  @Test
  @DisplayName(
      "a provider starts also for a target with the longest name, in a folder that is deep")
  void startsProviders() {
    OneTarget target =
        new OneTarget(
            folder.resolve("d".repeat(60)),
            "n".repeat(253),
            c -> c.providerMirror(TerraformPrograms.providerMirror()));

    ReconcileOutcome outcome =
        target
            .commit(
                """
                terraform {
                  required_providers {
                    time = {
                      source = "example.com/test/time"
                    }
                  }
                }
                resource "time_static" "now" {}
                """)
            .pass();

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
  }
}
