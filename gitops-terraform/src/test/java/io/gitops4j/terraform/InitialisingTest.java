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
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest(name = "{0}")
  @DisplayName("a local backend of the configuration keeps its state when it is initialised anew")
  @ValueSource(strings = {"default", "staging"})
  void initialisesALocalBackendAnew(String workspace) {
    String backend = "terraform {\n  backend \"local\" {}\n}\n";
    source.commit("plain", Map.of("infra/main.tf", backend + PLAIN));
    assertThat(inWorkspace(workspace).kind()).isEqualTo(Kind.APPLIED);
    source.commit("more", Map.of("infra/main.tf", backend + PLAIN + "# more\n"));

    ReconcileOutcome outcome = inWorkspace(workspace);

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.IN_SYNC);
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

    assertThat(
            destination(TerraformPrograms.any())
                .outputs(new TargetId("init"), OperationContext.create()))
        .containsKey("name");
  }

  @Test
  @DisplayName("a cloud block is initialised: what fails is what the cloud says")
  void initialisesACloudBlock() {
    source.commit("plain", Map.of("infra/main.tf", PLAIN));
    assertThat(inWorkspace("default").kind()).isEqualTo(Kind.APPLIED);
    String cloud =
        """
        terraform {
          cloud {
            hostname     = "127.0.0.1:1"
            organization = "shop"
            workspaces {
              name = "network"
            }
          }
        }
        """;
    source.commit("cloud", Map.of("infra/main.tf", PLAIN + cloud));

    ReconcileOutcome outcome = inWorkspace("default");

    assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
    assertThat(outcome.toString()).contains("127.0.0.1:1").doesNotContain("-reconfigure");
  }

  @Test
  @DisplayName("what an init that was killed left half written does not hold up the next one")
  void goesOnAfterAKilledInit() throws IOException {
    source.commit("plain", Map.of("infra/main.tf", PLAIN));
    assertThat(inWorkspace("default").kind()).isEqualTo(Kind.APPLIED);
    Files.writeString(chosenBackend(), "{\"version\": 3, \"ba");
    source.commit("more", Map.of("infra/main.tf", PLAIN + "# more\n"));

    ReconcileOutcome outcome = inWorkspace("default");

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a cloud that does not hold the state yet is told as a state that was moved")
  void tellsStatesThatAreNotInTheCloud() throws IOException {
    source.commit("plain", Map.of("infra/main.tf", PLAIN));
    assertThat(inWorkspace("default").kind()).isEqualTo(Kind.APPLIED);
    source.commit("cloud", Map.of("infra/main.tf", "terraform {\n  cloud {}\n}\n" + PLAIN));
    Path program = emptyCloud();

    for (int pass = 0; pass < 2; pass++) {
      ReconcileOutcome outcome = reconcile(TerraformRenderer.path("infra"), program);
      assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.FAILED);
      assertThat(((ReconcileOutcome.Failed) outcome).failure().code())
          .as(outcome.toString())
          .isEqualTo("TERRAFORM-STATE-MOVED");
    }
  }

  @Test
  @DisplayName("a plan that is made remotely is refused as such, not as a disk that fails")
  void refusesRemotePlans() throws IOException {
    source.commit("plain", Map.of("infra/main.tf", PLAIN));
    // What a cloud's saved plan is: the name of a run.
    Path program = folder.resolve("remote");
    Files.writeString(
        program,
        """
        #!/bin/sh
        %s "$@" || exit
        for argument in "$@"; do
          case "$argument" in
            -out=*) echo '{"remote_plan_format":1,"run_id":"run-1"}' > "${argument#-out=}" ;;
          esac
        done
        """
            .formatted(TerraformPrograms.any()));
    assertThat(program.toFile().setExecutable(true)).isTrue();

    ReconcileOutcome outcome = reconcile(TerraformRenderer.path("infra"), program);

    assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
    assertThat(((ReconcileOutcome.Failed) outcome).failure().code())
        .isEqualTo("TERRAFORM-REMOTE-PLAN");
  }

  /** The program as it is with a cloud that is reached and holds nothing. */
  private Path emptyCloud() throws IOException {
    Path cloud = Files.createDirectory(folder.resolve("cloud"));
    Path program = folder.resolve("empty-cloud");
    Files.writeString(
        program,
        """
        #!/bin/sh
        known="$TF_DATA_DIR/terraform.tfstate"
        if [ "$1" = init ]; then
          if grep -q '"local"' "$known" 2>/dev/null; then
            said="Can't ask approval for state migration when interactive input is disabled."
            echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"'"$said"'"}}'
            exit 1
          fi
          echo '{"version":3,"backend":{"type":"cloud","config":{}}}' > "$known"
        fi
        sed '/^terraform {/,/^}/d' main.tf > %1$s/main.tf
        cd %1$s
        TF_DATA_DIR=%1$s/data exec %2$s "$@"
        """
            .formatted(cloud, TerraformPrograms.any()));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private Path chosenBackend() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("work"))) {
      return all.filter(file -> file.endsWith("data/terraform.tfstate")).findFirst().orElseThrow();
    }
  }

  @Test
  @DisplayName("relative paths are those of this process, and not of what the repository holds")
  void takesRelativePathsFromHere() throws IOException {
    Path here = Files.createTempDirectory(Path.of("target"), "relative");
    Path program = Files.createSymbolicLink(here.resolve("terraform"), TerraformPrograms.any());
    source.commit(
        "its own program",
        Map.of("infra/main.tf", PLAIN, "infra/" + program, "#!/bin/sh\necho no program of ours\n"));
    TerraformConfig config =
        TerraformConfig.builder(here.resolve("work"), Sensitive.of(new byte[32]))
            .binary(program)
            .providerMirror(here)
            .build();

    ReconcileOutcome outcome =
        GitOps.target("relative")
            .source(source)
            .renderer(TerraformRenderer.path("infra"))
            .destination(TerraformDestination.open(config))
            .build()
            .reconcile();

    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.APPLIED);
  }

  private ReconcileOutcome inWorkspace(String workspace) {
    return reconcile(
        TerraformRenderer.builder("infra").workspace(workspace).build(), TerraformPrograms.any());
  }

  private ReconcileOutcome reconcile(TerraformRenderer renderer, Path program) {
    return GitOps.target("init")
        .source(source)
        .renderer(renderer)
        .destination(destination(program))
        .build()
        .reconcile();
  }

  private TerraformDestination destination(Path program) {
    return TerraformDestination.open(
        TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
            .binary(program)
            .providerMirror(folder)
            .build());
  }
}
