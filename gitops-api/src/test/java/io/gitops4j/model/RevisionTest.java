package io.gitops4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {
  @Test
  @DisplayName("a commit is named by its id alone, and is the same state under any reference")
  void namesACommit() {
    String id = "0123456789abcdef0123456789abcdef01234567";
    assertThat(Revision.ofCommit(id).digest()).isEqualTo(new Digest("sha1", id));
    assertThat(Revision.ofCommit("a".repeat(64)).digest().algorithm()).isEqualTo("sha256");
    assertThat(
            Revision.ofCommit(id)
                .sameState(new Revision("main", new Digest("sha1", id), Optional.empty())))
        .isTrue();
  }

  @ParameterizedTest
  @DisplayName("what is no full id of a commit is refused")
  @ValueSource(
      strings = {
        "",
        "main",
        "0123456",
        "0123456789ABCDEF0123456789ABCDEF01234567",
        "g123456789abcdef0123456789abcdef01234567"
      })
  void refusesAnythingElse(String id) {
    assertThatThrownBy(() -> Revision.ofCommit(id)).isInstanceOf(IllegalArgumentException.class);
  }
}
