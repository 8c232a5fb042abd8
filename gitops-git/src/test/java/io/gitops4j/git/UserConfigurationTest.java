package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the Git configuration of the user that runs the process says changes no source. */
class UserConfigurationTest extends ServedHarness {
  private static final GitCredentials ANN =
      new GitCredentials.Basic("ann", Sensitive.of("canary-pass"));

  private final SystemReader before = SystemReader.getInstance();
  private Path configuration;
  private Path cookies;
  private ObjectId good;

  @BeforeEach
  void configure() throws Exception {
    cookies = folder.resolve("cookies");
    Files.writeString(cookies, "127.0.0.1\tFALSE\t/\tFALSE\t99999999999\tambient\tcookie\n");
    configuration = folder.resolve("gitconfig");
    Files.writeString(
        configuration,
        """
        [http]
          extraHeader = X-Ambient: header
          cookieFile = %s
          saveCookies = true
          userAgent = ambient
        """
            .formatted(cookies));
    SystemReader.setInstance(new Configured(before, configuration));
    good = repository.push("main", repository.commit("good", Map.of("a.txt", "good")));
  }

  @AfterEach
  void restore() {
    SystemReader.setInstance(before);
  }

  @Test
  @DisplayName(
      "headers and cookies are not sent, and cookies are not stored, in reading and pushing")
  void sendsNothingMore() throws Exception {
    String stored = Files.readString(cookies);
    try (GitHttpServer guarded = GitHttpServer.guarded(folder, "ann", "canary-pass")) {
      revert(server.url("repo.git"), GitCredentials.none(), "back");
      revert(guarded.url("repo.git"), ANN, "again");

      assertNothingMore(server);
      assertNothingMore(guarded);
    }
    assertThat(Files.readString(cookies)).isEqualTo(stored);
  }

  @Test
  @DisplayName("neither are they where a server redirects to")
  void sendsNothingElsewhere() throws Exception {
    try (GitHttpServer redirecting = GitHttpServer.open(folder)) {
      redirecting.redirectTo(server.url("").replaceAll("/$", ""));
      for (GitCredentials credentials : List.of(GitCredentials.none(), ANN)) {
        try (GitSource source = source(redirecting.url("repo.git"), credentials)) {
          fetched(source);
        }
      }

      assertThat(redirecting.requests()).isNotEmpty();
      assertThat(server.requests()).isNotEmpty();
      assertNothingMore(redirecting);
      assertNothingMore(server);
    }
  }

  @Test
  @DisplayName("a hook is not run by a push, over HTTP or to a repository of this machine")
  void runsNoHook() throws Exception {
    Path ran = folder.resolve("ran");
    Path hooks = Files.createDirectory(folder.resolve("hooks"));
    Path hook = hooks.resolve("pre-push");
    Files.writeString(hook, "#!/bin/sh\necho ran >> '" + ran + "'\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(configuration, "[core]\n  hooksPath = " + hooks + "\n");

    revert(server.url("repo.git"), GitCredentials.none(), "back");
    revert(folder.resolve("repo.git").toString(), GitCredentials.none(), "again");

    assertThat(ran).doesNotExist();
  }

  @Test
  @DisplayName("what a protocol version or a check of objects is set to there does not count")
  void takesNoSettings() throws Exception {
    Files.writeString(
        configuration, "[protocol]\n  version = 0\n[transfer]\n  fsckObjects = true\n");

    try (GitSource source = source(server.url("repo.git"), GitCredentials.none())) {
      fetched(source);
    }

    assertThat(server.received("Git-Protocol")).containsExactly("version=2");
  }

  @Test
  @DisplayName("one that cannot be read is told as that, with its name")
  void tellsWhatCannotBeRead() throws Exception {
    Files.writeString(configuration, "[core\n");

    for (String url : List.of(server.url("repo.git"), folder.resolve("repo.git").toString())) {
      try (GitSource source = source(url, GitCredentials.none())) {
        assertThatThrownBy(() -> fetched(source))
            .isInstanceOfSatisfying(
                SourceException.class,
                e -> assertThat(e.code()).isEqualTo("SOURCE-USER-CONFIGURATION"))
            .hasMessageContaining("the Git configuration of the user that runs this process")
            .hasMessageContaining(configuration.toString())
            .hasNoCause();
      }
    }
  }

  private static void assertNothingMore(GitHttpServer server) {
    assertThat(server.received("X-Ambient")).isEmpty();
    assertThat(server.received("Cookie")).isEmpty();
    assertThat(server.received("User-Agent")).doesNotContain("ambient");
  }

  private void revert(String url, GitCredentials credentials, String branch) throws IOException {
    ObjectId bad = repository.commit("bad " + branch, Map.of("a.txt", "bad"), good);
    repository.push("main", bad);
    try (GitSource source = source(url, credentials)) {
      fetched(source);
      Revision back = new Revision("main", new Digest("sha1", good.name()), Optional.empty());
      source.revert(
          Revert.to(back, new Revert.Author("Ann", "ann@example.com"), "").onNewBranch(branch),
          context);
    }
    assertThat(git.getRepository().resolve("refs/heads/" + branch)).isNotNull();
  }

  private GitSource source(String url, GitCredentials credentials) {
    return GitSource.builder(url)
        .reference("main")
        .credentials(credentials)
        .cacheDirectory(folder.resolve("cache"))
        .build();
  }

  private static void fetched(GitSource source) {
    ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
        .snapshot()
        .close();
  }

  /** The machine, with another file as the user's configuration. */
  private static final class Configured extends SystemReader.Delegate {
    private final Path configuration;

    Configured(SystemReader machine, Path configuration) {
      super(machine);
      this.configuration = configuration;
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
      return new FileBasedConfig(parent, configuration.toFile(), fs);
    }
  }
}
