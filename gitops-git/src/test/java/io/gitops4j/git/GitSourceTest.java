package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Revision;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.transport.Daemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitSourceTest {
  private final OperationContext context = OperationContext.create();
  @TempDir Path folder;
  private Git git;
  private Path cache;

  @BeforeEach
  void makeRepository() throws Exception {
    cache = folder.resolve("cache");
    git = Git.init().setDirectory(folder.resolve("repo").toFile()).setInitialBranch("main").call();
    commit("app/a.yaml", "one");
  }

  @AfterEach
  void close() {
    git.close();
  }

  @Test
  @DisplayName("a branch is fetched with author and message, and an unchanged one is not fetched")
  void followsABranch() throws Exception {
    try (GitSource source = source("main")) {
      Revision first = fetched(source);
      assertThat(first.reference()).isEqualTo("main");
      assertThat(first.commit().orElseThrow().author()).isEqualTo("Ann <ann@example.com>");
      assertThat(source.fetch(Optional.of(first), context))
          .isInstanceOf(FetchResult.Unchanged.class);

      commit("app/a.yaml", "two");

      assertThat(read(source, "app/a.yaml")).isEqualTo("two");
    }
  }

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

  @ParameterizedTest
  @DisplayName("an address with a password that is not escaped is refused, and not shown")
  @ValueSource(
      strings = {"https://u:ab/canary@example.com/r.git", "ssh://u:ab/canary@example.com/r"})
  void refusesUnescapedPasswords(String url) {
    assertThatThrownBy(() -> GitSource.builder(url).cacheDirectory(folder).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("must be escaped")
        .hasMessageNotContaining("canary");
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
  @DisplayName("fault 35: a branch that is force-pushed is followed")
  void followsAForcePush() throws Exception {
    try (GitSource source = source("main")) {
      ObjectId first = git.getRepository().resolve("HEAD");
      commit("app/a.yaml", "two");
      assertThat(read(source, "app/a.yaml")).isEqualTo("two");

      git.reset()
          .setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD)
          .setRef(first.name())
          .call();
      commit("app/a.yaml", "other");

      assertThat(read(source, "app/a.yaml")).isEqualTo("other");
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

  @Test
  @DisplayName("a repository that does not exist is an error")
  void refusesAnUnknownRepository() {
    try (GitSource source =
        GitSource.builder(folder.resolve("none").toUri().toString())
            .cacheDirectory(cache)
            .build()) {
      assertThatThrownBy(() -> source.fetch(Optional.empty(), context))
          .isInstanceOfSatisfying(
              SourceException.class,
              e -> assertThat(e.code()).isEqualTo("SOURCE-REPOSITORY-NOT-FOUND"));
    }
  }

  @Test
  @DisplayName("no password appears in an error, in no message of its causes")
  void keepsPasswords() {
    try (GitSource source =
        GitSource.builder("http://user:canary-pass@127.0.0.1:1/repo.git")
            .cacheDirectory(cache)
            .credentials(new GitCredentials.Basic("user", Sensitive.of("canary-other")))
            .build()) {
      assertThatThrownBy(() -> source.fetch(Optional.empty(), context))
          .isInstanceOf(SourceException.class)
          .satisfies(
              e -> {
                for (Throwable t = e; t != null; t = t.getCause()) {
                  assertThat(t.toString()).doesNotContain("canary");
                }
              })
          .satisfies(e -> assertThat(((SourceException) e).code()).isEqualTo("SOURCE-UNREACHABLE"));
    }
  }

  @Test
  @DisplayName("every problem of a configuration is told at once")
  void listsAllProblems() {
    assertThatThrownBy(() -> GitSource.builder("ftp://x/y").reference(" ").build())
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(3));
  }

  @Test
  @DisplayName("a link that leaves the repository is refused, and named")
  void refusesALinkOutside() throws Exception {
    ObjectId commit = hostile("passwd", FileMode.SYMLINK, "../../etc/passwd");
    try (GitSource source = source(commit.name());
        Snapshot snapshot = snapshot(source)) {
      assertThatThrownBy(() -> snapshot.read("passwd"))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("passwd")
          .hasMessageContaining("leaves the repository");
      assertThatThrownBy(() -> snapshot.materialise("", folder.resolve("out")))
          .isInstanceOf(SourceException.class);
    }
    assertThat(folder.resolve("out/passwd")).doesNotExist();
  }

  @Test
  @DisplayName("a submodule is told of, and its content is no file of the tree")
  void tellsOfSubmodules() throws Exception {
    DirCache index = git.getRepository().lockDirCache();
    DirCacheEditor editor = index.editor();
    ObjectId other = git.getRepository().resolve("HEAD");
    editor.add(
        new DirCacheEditor.PathEdit("app/vendor") {
          @Override
          public void apply(DirCacheEntry entry) {
            entry.setFileMode(FileMode.GITLINK);
            entry.setObjectId(other);
          }
        });
    editor.commit();
    git.commit().setMessage("submodule").setSign(false).call();
    try (GitSource source = source("main");
        Snapshot snapshot =
            ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot()) {
      assertThat(snapshot.submodules("app")).containsExactly("app/vendor");
      assertThat(snapshot.submodules("")).containsExactly("app/vendor");
      assertThat(snapshot.files("app")).extracting(f -> f.path()).containsExactly("app/a.yaml");
    }
  }

  @Test
  @DisplayName("a tree with a name that is no name is refused, and named")
  void refusesHostileNames() throws Exception {
    for (String name : List.of("..", ".git", ".GiT", "git~1", "GIT~1", ".g\u200cit", "a\\b")) {
      ObjectId commit = hostile(name, FileMode.REGULAR_FILE, "x");
      try (GitSource source = source(commit.name());
          Snapshot snapshot = snapshot(source)) {
        assertThatThrownBy(() -> snapshot.files(""))
            .isInstanceOf(SourceException.class)
            .hasMessageContaining(name);
      }
    }
  }

  @Test
  @DisplayName("paths that leave the tree are refused, paths that do not exist are named")
  void refusesPathsOutside() {
    try (GitSource source = source("main");
        Snapshot snapshot = snapshot(source)) {
      assertThatThrownBy(() -> snapshot.read("../x")).hasMessageContaining("../x");
      assertThatThrownBy(() -> snapshot.read("/etc/passwd")).hasMessageContaining("/etc/passwd");
      assertThatThrownBy(() -> snapshot.files("nope")).hasMessageContaining("nope");
    }
  }

  @Test
  @DisplayName("a file over the limit is refused, and named")
  void refusesLargeFiles() {
    try (GitSource source = builder("main").limits(GitLimits.standard().withFileBytes(2)).build();
        Snapshot snapshot = snapshot(source)) {
      assertThatThrownBy(() -> snapshot.read("app/a.yaml"))
          .hasMessageContaining("app/a.yaml")
          .hasMessageContaining("limit");
    }
  }

  @Test
  @DisplayName("a mirror that took many revisions does not pile up packs")
  void keepsTheMirrorTidy() throws Exception {
    try (GitSource source = source("main")) {
      for (int i = 0; i < 60; i++) {
        commit("app/a.yaml", "number: " + i);
        assertThat(read(source, "app/a.yaml")).isEqualTo("number: " + i);
      }
    }

    try (Stream<Path> files = Files.walk(cache)) {
      assertThat(files.filter(f -> f.toString().endsWith(".pack"))).hasSizeLessThan(40);
    }
  }

  @Test
  @DisplayName("many threads on one mirror all get the same tree")
  void sharesTheMirror() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<String>> reads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        reads.add(
            () -> {
              try (GitSource source = source("main")) {
                return read(source, "app/a.yaml");
              }
            });
      }
      for (Future<String> read : threads.invokeAll(reads)) {
        assertThat(read.get()).isEqualTo("one");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @DisplayName("the git protocol works, also for a commit that is not advertised")
  void speaksTheGitProtocol() throws Exception {
    String first = git.getRepository().resolve("HEAD").name();
    commit("app/a.yaml", "two");
    Daemon daemon = new Daemon(new InetSocketAddress("127.0.0.1", 0));
    daemon.setRepositoryResolver(
        (request, name) -> {
          git.getRepository().incrementOpen();
          return git.getRepository();
        });
    daemon.getService("git-upload-pack").setEnabled(true);
    daemon.start();
    try {
      String url = "git://127.0.0.1:" + daemon.getAddress().getPort() + "/repo.git";
      for (var expected : List.of(List.of("main", "two"), List.of(first, "one"))) {
        try (GitSource source =
            GitSource.builder(url).reference(expected.get(0)).cacheDirectory(cache).build()) {
          assertThat(read(source, "app/a.yaml")).isEqualTo(expected.get(1));
        }
      }
    } finally {
      daemon.stopAndWait();
    }
  }

  private ObjectId hostile(String name, FileMode mode, String content) throws IOException {
    try (ObjectInserter inserter = git.getRepository().newObjectInserter()) {
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
      TreeFormatter tree = new TreeFormatter();
      tree.append(name, mode, blob);
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      commit.setAuthor(new PersonIdent("Ann", "ann@example.com"));
      commit.setCommitter(new PersonIdent("Ann", "ann@example.com"));
      commit.setMessage("hostile");
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate branch = git.getRepository().updateRef("refs/heads/hostile");
      branch.setNewObjectId(id);
      branch.forceUpdate();
      return id;
    }
  }

  private void commit(String path, String content) throws Exception {
    Path file = folder.resolve("repo").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    git.add().addFilepattern(path).call();
    git.commit()
        .setMessage("set " + path)
        .setAuthor("Ann", "ann@example.com")
        .setSign(false)
        .call();
    assertThat(DirCache.read(git.getRepository()).getEntryCount()).isPositive();
  }

  private GitSource.Builder builder(String reference) {
    return GitSource.builder(folder.resolve("repo").toUri().toString())
        .reference(reference)
        .cacheDirectory(cache);
  }

  private GitSource source(String reference) {
    return builder(reference).build();
  }

  private Snapshot snapshot(GitSource source) {
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), context)).snapshot();
  }

  private Revision fetched(GitSource source) {
    try (Snapshot snapshot = snapshot(source)) {
      assertThat(snapshot.files("app")).extracting(SnapshotFile::path).contains("app/a.yaml");
      return snapshot.revision();
    }
  }

  private String read(GitSource source, String path) {
    try (Snapshot snapshot = snapshot(source)) {
      return new String(snapshot.read(path), StandardCharsets.UTF_8);
    }
  }
}
