package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.terraform.testing.OneTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit gives the state another place, with the real program. */
class StateMovesTest {
  private static final String THING = "resource \"terraform_data\" \"a\" {\n  input = 1\n}\n";

  @TempDir Path folder;
  private OneTarget target;
  private Path elsewhere;

  @BeforeEach
  void open() {
    target = new OneTarget(folder.resolve("work"), "moves");
    elsewhere = folder.resolve("elsewhere.tfstate");
  }

  @Test
  @DisplayName(
      "nothing is made a second time where the state is not yet; once migrated all is well")
  void waitsForTheState() throws IOException {
    assertThat(target.commit(THING).pass().kind()).isEqualTo(Kind.APPLIED);
    target.commit(backend() + THING);

    for (int pass = 0; pass < 2; pass++) {
      Failure failure = failure(target.pass());
      assertThat(failure.code()).isEqualTo("TERRAFORM-STATE-MOVED");
      assertThat(failure.retryability()).isEqualTo(Retryability.RETRY_ON_CHANGE);
    }
    assertThat(elsewhere).doesNotExist();
    Files.copy(find("terraform.tfstate", "state"), elsewhere);
    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(
            failure(target.commit(THING.replace("1", "2") + backend().replace("else", "no")).pass())
                .code())
        .as("the new place is kept in mind in turn")
        .isEqualTo("TERRAFORM-STATE-MOVED");
  }

  @Test
  @DisplayName("the place may change when nothing is left there, or when its note is removed")
  void beginsAnewOnPurpose() throws IOException {
    target.commit(THING).pass();
    target.commit("output \"none\" {\n  value = 1\n}\n").pass();
    ReconcileOutcome emptied = target.commit(backend() + THING).pass();
    assertThat(emptied.kind()).as(emptied.toString()).isEqualTo(Kind.APPLIED);
    target.commit(THING);
    Path note = find("place", "moves");
    assertThat(failure(target.pass()).nextStep().orElseThrow()).contains(note.toString());

    Files.delete(note);

    assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("a backend in a comment gives the state no place, with the comment or without")
  void readsNoComments() throws IOException {
    target.commit("terraform {\n  # backend \"s3\" {}\n}\n" + THING);
    assertThat(target.pass().kind()).isEqualTo(Kind.APPLIED);

    assertThat(target.commit(THING).pass().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(find("terraform.tfstate", "state")).exists();
  }

  private String backend() {
    return "terraform {\n  backend \"local\" {\n    path = \"" + elsewhere + "\"\n  }\n}\n";
  }

  private Path find(String name, String parent) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("work"))) {
      return all.filter(f -> f.endsWith(name))
          .filter(f -> f.getParent().getFileName().toString().startsWith(parent))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Failure failure(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as(outcome.toString()).isEqualTo(Kind.FAILED);
    return ((ReconcileOutcome.Failed) outcome).failure();
  }
}
