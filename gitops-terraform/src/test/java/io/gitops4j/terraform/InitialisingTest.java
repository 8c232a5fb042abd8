package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.GitOps;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A working folder that is made ready anew, with the real program. */
class InitialisingTest {
  private static final String PLAIN = "resource \"terraform_data\" \"a\" {}\n";

  @TempDir Path folder;
  private final InMemorySource source = new InMemorySource();

  @Test
  @DisplayName("a target that goes back to the default workspace works on that one's state")
  void goesBackToTheDefaultWorkspace() {
    source.commit("plain", Map.of("infra/main.tf", PLAIN));
    assertThat(inWorkspace("staging").kind()).isEqualTo(Kind.APPLIED);

    assertThat(inWorkspace("default").kind()).as("nothing is there yet").isEqualTo(Kind.APPLIED);
    assertThat(inWorkspace("staging").kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a workspace that somebody deleted is made again")
  void makesADeletedWorkspaceAgain() throws IOException {
    Path states = Files.createDirectories(folder.resolve("states"));
    String backend =
        "terraform {\n  backend \"local\" {\n    workspace_dir = \"" + states + "\"\n  }\n}\n";
    source.commit("plain", Map.of("infra/main.tf", backend + PLAIN));
    assertThat(inWorkspace("staging").kind()).isEqualTo(Kind.APPLIED);
    Files.createDirectory(states.resolve("other"));
    Files.delete(states.resolve("staging/terraform.tfstate"));
    Files.delete(states.resolve("staging"));
    source.commit("more", Map.of("infra/main.tf", backend + PLAIN + "# more\n"));

    ReconcileOutcome outcome = inWorkspace("staging");

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("outputs are those of the same workspace when a revision cannot be initialised")
  void staysInItsWorkspace() {
    String output = "output \"name\" {\n  value = terraform.workspace\n}\n";
    source.commit("plain", Map.of("infra/main.tf", output));
    assertThat(inWorkspace("staging").kind()).isEqualTo(Kind.APPLIED);
    String missing = "resource \"null_resource\" \"a\" {}\n";
    source.commit("no provider", Map.of("infra/main.tf", output + missing));
    assertThat(inWorkspace("staging").kind()).isEqualTo(Kind.FAILED);

    assertThat(destination().outputs(new TargetId("init"), OperationContext.create()))
        .containsKey("name");
  }

  private ReconcileOutcome inWorkspace(String workspace) {
    return reconcile(TerraformRenderer.builder("infra").workspace(workspace).build());
  }

  private ReconcileOutcome reconcile(TerraformRenderer renderer) {
    return GitOps.target("init")
        .source(source)
        .renderer(renderer)
        .destination(destination())
        .build()
        .reconcile();
  }

  private TerraformDestination destination() {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(TerraformPrograms.any())
            .providerMirror(folder)
            .build());
  }
}
