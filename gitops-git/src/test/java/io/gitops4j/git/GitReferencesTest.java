package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How revisions are named. */
class GitReferencesTest extends RepositoryHarness {
  @Test
  @DisplayName(
      "a tag, a full and a short commit id, HEAD, a full ref and a version range are found")
  void findsEveryKindOfReference() throws Exception {
    String first = git.getRepository().resolve("HEAD").name();
    git.tag().setName("v1.2.0").setAnnotated(true).setMessage("release").call();
    commit("app/a.yaml", "two");
    git.tag().setName("v1.10.0").setAnnotated(false).call();
    commit("app/a.yaml", "three");
    git.tag().setName("v2.0.0").call();
    commit("app/a.yaml", "four");

    for (var expected :
        List.of(
            List.of("v1.2.0", "one"),
            List.of(first, "one"),
            List.of(first.substring(0, 10), "one"),
            List.of("HEAD", "four"),
            List.of("refs/heads/main", "four"),
            List.of("^1.0.0", "two"),
            List.of(">=1.0.0 <1.5.0", "one"))) {
      try (GitSource source = source(expected.get(0))) {
        assertThat(read(source, "app/a.yaml")).as(expected.get(0)).isEqualTo(expected.get(1));
      }
    }
  }

  @Test
  @DisplayName(
      "a branch that is called like a range is the branch, and a range where there is none")
  void prefersNames() throws Exception {
    git.tag().setName("v8.1.0").call();
    commit("app/a.yaml", "two");
    try (GitSource source = source("8.x")) {
      assertThat(read(source, "app/a.yaml")).isEqualTo("one");
    }
    git.branchCreate().setName("8.x").call();
    try (GitSource source = source("8.x")) {
      assertThat(read(source, "app/a.yaml")).isEqualTo("two");
    }
  }

  @Test
  @DisplayName("a short id of an old commit is found by a mirror that has the newest only")
  void findsAnOldCommit() throws Exception {
    String first = git.getRepository().resolve("HEAD").name();
    commit("app/a.yaml", "two");
    try (GitSource source = source("main")) {
      assertThat(read(source, "app/a.yaml")).isEqualTo("two");
    }

    try (GitSource source = source(first.substring(0, 10))) {
      assertThat(read(source, "app/a.yaml")).isEqualTo("one");
    }
  }

  @Test
  @DisplayName("a reference that does not exist is an error that names what does")
  void refusesAnUnknownReference() {
    try (GitSource source = source("nope")) {
      assertThatThrownBy(() -> source.fetch(Optional.empty(), context))
          .isInstanceOfSatisfying(
              SourceException.class,
              e -> assertThat(e.code()).isEqualTo("SOURCE-REFERENCE-NOT-FOUND"))
          .hasMessageContaining("nope")
          .hasMessageContaining("main");
    }
  }
}
