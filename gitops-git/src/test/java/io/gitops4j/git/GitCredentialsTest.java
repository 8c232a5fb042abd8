package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Revision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose credentials a server is told, and when. */
class GitCredentialsTest {
  @TempDir Path folder;

  @BeforeEach
  void makeRepositories() throws Exception {
    commit("repo", "one");
    commit("other", "theirs");
  }

  @Test
  @DisplayName("credentials that are renewed are asked for anew by each operation")
  void renews() throws Exception {
    AtomicReference<String> token = new AtomicReference<>("first");
    try (GitHttpServer early = GitHttpServer.guarded(folder, "bot", "first");
        GitHttpServer late = GitHttpServer.guarded(folder, "bot", "second")) {
      GitCredentials renewed =
          GitCredentials.basic(() -> new GitCredentials.Basic("bot", Sensitive.of(token.get())));
      try (GitSource source = source(late.url("repo"), renewed);
          GitSource before = source(early.url("repo"), renewed)) {
        assertThat(read(before)).isEqualTo("one");
        assertCode(source, "SOURCE-AUTHENTICATION-FAILED");
        token.set("second");

        assertThat(read(source)).isEqualTo("one");
        assertCode(before, "SOURCE-AUTHENTICATION-FAILED");
      }
    }
  }

  @Test
  @DisplayName(
      "credentials that cannot be had are an error to be tried again, and nothing is asked")
  void tellsWhereNoneAreGiven() throws Exception {
    List<Supplier<GitCredentials.Basic>> broken =
        List.of(
            () -> {
              throw new IllegalStateException("the token service is away");
            },
            () -> null);
    try (GitHttpServer server = GitHttpServer.open(folder)) {
      for (Supplier<GitCredentials.Basic> supplier : broken) {
        try (GitSource source = source(server.url("repo"), GitCredentials.basic(supplier))) {
          assertThatThrownBy(() -> read(source))
              .isInstanceOfSatisfying(
                  SourceException.class,
                  e -> {
                    assertThat(e.code()).isEqualTo("SOURCE-CREDENTIALS-UNAVAILABLE");
                    assertThat(e.retryability()).isEqualTo(Retryability.RETRY);
                  });
        }
      }
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "CVE-2023-40026: two sources of one process share a cache, but neither files nor credentials")
  void keepsSourcesApart() throws Exception {
    try (GitHttpServer server = GitHttpServer.guarded(folder, "ann", "canary-ann");
        GitSource anns = source(server.url("repo"), basic("ann", "canary-ann"));
        GitSource bobs = source(server.url("other"), basic("bob", "canary-bob"))) {
      try (Snapshot hers = snapshot(anns)) {
        for (String path :
            List.of("../other/secret.txt", "/etc/passwd", "a/../../other/secret.txt")) {
          assertThatThrownBy(() -> hers.read(path))
              .isInstanceOf(SourceException.class)
              .hasMessageNotContaining("theirs");
        }
        Revision hersAlone = hers.revision();
        assertCode(bobs, "SOURCE-AUTHENTICATION-FAILED");
        assertThatThrownBy(
                () ->
                    bobs.fetchExactly(
                        hersAlone, io.gitops4j.source.Lineage.ANYWHERE, OperationContext.create()))
            .isInstanceOf(SourceException.class);
      }
      assertThat(server.requests())
          .filteredOn(r -> r.contains(" /repo"))
          .noneMatch(r -> r.contains(encoded("bob", "canary-bob")));
      assertThat(server.requests())
          .filteredOn(r -> r.contains(" /other"))
          .noneMatch(r -> r.contains(encoded("ann", "canary-ann")));
    }
  }

  private static GitCredentials basic(String user, String password) {
    return new GitCredentials.Basic(user, Sensitive.of(password));
  }

  private static String encoded(String user, String password) {
    return Base64.getEncoder()
        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private static void assertCode(GitSource source, String code) {
    assertThatThrownBy(() -> read(source))
        .isInstanceOfSatisfying(SourceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private GitSource source(String url, GitCredentials credentials) {
    return GitSource.builder(url)
        .reference("main")
        .cacheDirectory(folder.resolve("cache"))
        .credentials(credentials)
        .build();
  }

  private static Snapshot snapshot(GitSource source) {
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
        .snapshot();
  }

  private static String read(GitSource source) {
    try (Snapshot snapshot = snapshot(source)) {
      return new String(snapshot.read("secret.txt"), StandardCharsets.UTF_8);
    }
  }

  private void commit(String name, String content) throws Exception {
    try (WorkTree tree = WorkTree.at(folder.resolve(name))) {
      tree.write("secret.txt", content).commit(content);
    }
  }
}
