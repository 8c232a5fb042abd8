package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.git.Rewrites.Rewrite;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Histories that go on, and histories that somebody rewrote, over real transports. */
class RewritesTest extends ServedHarness {
  private int commits;

  @Test
  @DisplayName("fault 35: where it is refused, a rewritten history is an error with both commits")
  void refuses() throws Exception {
    for (String url :
        List.of(folder.resolve("repo.git").toUri().toString(), server.url("repo.git"))) {
      ObjectId root = push(commit());
      ObjectId before = push(commit(root));
      Rewrites.Refuse refuse = new Rewrites.Refuse(Set.of());
      try (GitSource source = source(url, refuse)) {
        assertThat(stands(source)).isEqualTo(before);
        ObjectId after = push(commit(root));

        assertRefused(source, before, after);
        assertRefused(source, before, after);
        try (GitSource restarted = source(url, refuse)) {
          assertRefused(restarted, before, after);
        }
        try (GitSource accepting = source(url, new Rewrites.Refuse(Set.of(after.name())))) {
          assertThat(stands(accepting)).isEqualTo(after);
        }

        ObjectId goneOn = push(commit(before));
        assertThat(stands(source)).as("the old history is back").isEqualTo(goneOn);
      }
    }
  }

  @Test
  @DisplayName("a history that goes on is no rewrite: by many commits, by a merge, or not at all")
  void goesOn() throws Exception {
    List<Rewrite> told = new ArrayList<>();
    ObjectId root = push(commit());
    for (Rewrites policy : List.of(new Rewrites.Refuse(Set.of()), new Rewrites.Tell(told::add))) {
      push(root);
      try (GitSource source = source(server.url("repo.git"), policy)) {
        assertThat(stands(source)).isEqualTo(root);
        ObjectId tip = root;
        for (int i = 0; i < 100; i++) {
          tip = commit(tip);
        }
        push(tip);
        assertThat(stands(source)).isEqualTo(tip).isEqualTo(stands(source));
        ObjectId merge = push(commit(commit(root), tip));
        assertThat(stands(source)).isEqualTo(merge);
      }
    }
    assertThat(told).isEmpty();
  }

  @Test
  @DisplayName("where it is to be told, a rewritten history is followed and told once")
  void tells() throws Exception {
    List<Rewrite> told = new ArrayList<>();
    ObjectId root = push(commit());
    ObjectId before = push(commit(root));
    String url = server.url("repo.git");
    try (GitSource source = source(url, new Rewrites.Tell(told::add))) {
      stands(source);
      ObjectId another = push(commit());
      assertThat(stands(source)).isEqualTo(another).isEqualTo(stands(source));
      push(root);
      assertThat(stands(source)).as("a step back").isEqualTo(root);
      String address = url.replace(".git", "");
      assertThat(told)
          .containsExactly(
              new Rewrite(address, "refs/heads/main", before.name(), another.name()),
              new Rewrite(address, "refs/heads/main", another.name(), root.name()));
    }
  }

  @Test
  @DisplayName("what a reference stood at is remembered also when the mirror was built anew")
  void remembersBesideTheMirror() throws Exception {
    ObjectId root = push(commit());
    ObjectId before = push(commit(root));
    List<Rewrite> told = new ArrayList<>();
    List<Rewrites> policies = List.of(new Rewrites.Refuse(Set.of()), new Rewrites.Tell(told::add));
    for (Rewrites policy : policies) {
      try (GitSource source = source(server.url("repo.git"), policy)) {
        assertThat(stands(source)).isEqualTo(before);
      }
    }
    for (Path head : cached("glob:**.git/HEAD")) {
      Files.delete(head); // as a reader does that finds damage
    }
    ObjectId after = push(commit(root));

    try (GitSource refusing = source(server.url("repo.git"), policies.get(0));
        GitSource telling = source(server.url("repo.git"), policies.get(1))) {
      assertRefused(refusing, before, after);
      assertThat(cached("glob:**.git/HEAD")).as("built anew").hasSize(1);
      assertThat(stands(telling)).isEqualTo(after);
    }
    assertThat(told).extracting(Rewrite::before).containsExactly(before.name());
  }

  @Test
  @DisplayName("a memory that cannot be read is an error; what stands there is not just followed")
  void unreadableMemory() throws Exception {
    push(commit());
    Rewrites.Refuse refuse = new Rewrites.Refuse(Set.of());
    String url = server.url("repo.git");
    try (GitSource source = source(url, refuse)) {
      stands(source);
    }
    List<Path> memory = cached("glob:**/refusing/*");
    assertThat(memory).hasSize(1);
    Files.writeString(memory.get(0), "");

    try (GitSource restarted = source(url, refuse)) {
      assertThatThrownBy(() -> stands(restarted))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.code()).isEqualTo("SOURCE-HISTORY-UNKNOWN"))
          .hasMessageContaining("delete " + memory.get(0));
    }
  }

  private List<Path> cached(String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher(glob);
    try (Stream<Path> all = Files.walk(folder.resolve("cache"))) {
      return all.filter(matcher::matches).toList();
    }
  }

  private void assertRefused(GitSource source, ObjectId before, ObjectId after) {
    assertThatThrownBy(() -> stands(source))
        .isInstanceOfSatisfying(
            SourceException.class, e -> assertThat(e.code()).isEqualTo("SOURCE-HISTORY-REWRITTEN"))
        .hasMessageContaining("it stood at " + before.name())
        .hasMessageContaining("stands at " + after.name())
        .hasMessageContaining("accept commit " + after.name());
  }

  private GitSource source(String url, Rewrites policy) {
    return GitSource.builder(url)
        .reference("main")
        .cacheDirectory(folder.resolve("cache"))
        .rewrites(policy)
        .build();
  }

  private ObjectId stands(GitSource source) {
    try (Snapshot snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot()) {
      return ObjectId.fromString(snapshot.revision().digest().hex());
    }
  }

  private ObjectId commit(ObjectId... parents) throws IOException {
    return repository.commit("number " + commits++, Map.of(), parents);
  }

  private ObjectId push(ObjectId commit) throws IOException {
    return repository.push("main", commit);
  }
}
