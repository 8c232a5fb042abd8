package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers, branches, mirrors and disks on bad days. */
class GitFaultsTest {
  private final InMemoryDestination destination = new InMemoryDestination();
  @TempDir Path folder;
  private Path cache;

  @BeforeEach
  void makeRepository() throws Exception {
    cache = folder.resolve("cache");
    commit(folder, "one");
  }

  @Test
  @DisplayName("fault 34: while a server is away, refuses or hangs, what is applied stays")
  void serverAway() throws Exception {
    try (GitHttpServer server = GitHttpServer.guarded(folder, "ann", "right")) {
      GitSource.Builder right =
          GitSource.builder(server.url("repo"))
              .reference("main")
              .timeout(Duration.ofSeconds(1))
              .cacheDirectory(cache);
      try (GitSource source =
          right
              .credentials(new GitCredentials.Basic("ann", io.gitops4j.model.Sensitive.of("right")))
              .build()) {
        assertThat(target(source).reconcile().kind()).isEqualTo(Kind.APPLIED);
      }
    }
    int writes = destination.writes();
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        GitHttpServer guarded = GitHttpServer.guarded(folder, "ann", "right")) {
      for (Map.Entry<String, String> fault :
          Map.of(
                  "http://127.0.0.1:1/repo",
                  "SOURCE-UNREACHABLE",
                  "http://nowhere.invalid/repo",
                  "SOURCE-UNREACHABLE",
                  "http://127.0.0.1:" + silent.getLocalPort() + "/repo",
                  "SOURCE-TIMED-OUT",
                  guarded.url("repo"),
                  "SOURCE-AUTHENTICATION-FAILED",
                  folder.resolve("none").toUri().toString(),
                  "SOURCE-REPOSITORY-NOT-FOUND")
              .entrySet()) {
        try (GitSource source = source(fault.getKey())) {
          ReconcileOutcome outcome =
              target(source).reconcile(OperationContext.within(Duration.ofSeconds(30)));

          assertThat(outcome.kind()).as(fault.getKey()).isEqualTo(Kind.FAILED);
          Failure failure = ((ReconcileOutcome.Failed) outcome).failure();
          assertThat(failure.code()).as("%s", failure).isEqualTo(fault.getValue());
        }
      }
    }
    assertThat(destination.writes()).isEqualTo(writes);
    assertThat(destination.live()).isNotEmpty();
  }

  @Test
  @DisplayName("fault 36: a branch that was deleted is an error, and what was applied stays")
  void deletedBranch() throws Exception {
    try (Git git = Git.open(folder.resolve("repo").toFile());
        GitSource source = source(url())) {
      Reconciler<TextSet> target = target(source);
      assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
      git.branchRename().setOldName("main").setNewName("trunk").call();

      ReconcileOutcome outcome = target.reconcile();

      assertThat(((ReconcileOutcome.Failed) outcome).failure().code())
          .isEqualTo("SOURCE-REFERENCE-NOT-FOUND");
      assertThat(destination.live()).isNotEmpty();
      git.branchRename().setOldName("trunk").setNewName("main").call();
      assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    }
  }

  @ParameterizedTest
  @DisplayName("faults 37 to 39: a mirror that is locked or damaged is mended")
  @ValueSource(strings = {"ref lock", "other locks", "cut", "flip", "empty ref", "no HEAD"})
  void mendsTheMirror(String damage) throws Exception {
    commit(folder, "before");
    try (GitSource source = source(url())) {
      assertThat(read(source, "a.txt")).isEqualTo("before");
    }
    damage(damage);
    Files.writeString(folder.resolve("repo/b.txt"), "after");
    commit(folder, "before");
    try (GitSource source = source(url())) {
      String seen = "";
      for (int pass = 0; pass < 3 && !seen.equals("beforeafter"); pass++) {
        try {
          seen = read(source, "a.txt") + read(source, "b.txt");
        } catch (SourceException e) {
          assertThat(e.retryability()).isEqualTo(Retryability.RETRY);
        }
      }
      assertThat(seen).isEqualTo("beforeafter");
    }
  }

  @Test
  @DisplayName("fault 38: a damaged file is mended also where nothing is pushed any more")
  void mendsWhatStands() throws Exception {
    byte[] random = new byte[100_000];
    new Random(38).nextBytes(random);
    String large = Base64.getEncoder().encodeToString(random);
    Files.writeString(folder.resolve("repo/b.txt"), large);
    commit(folder, "large");
    try (GitSource source = source(url())) {
      assertThat(read(source, "b.txt")).isEqualTo(large);
      damage("flip");
      assertThatThrownBy(() -> read(source, "b.txt"))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.code()).isEqualTo("SOURCE-MIRROR-DAMAGED"));

      assertThat(read(source, "b.txt")).isEqualTo(large);
    }
  }

  @Test
  @DisplayName("fault 40: what a killed process left beside a mirror is swept by the next fetch")
  void sweeps() throws Exception {
    try (GitSource source = source(url())) {
      assertThat(read(source, "a.txt")).isEqualTo("one");
      Path mirror;
      try (Stream<Path> all = Files.list(cache)) {
        mirror = all.filter(Files::isDirectory).findFirst().orElseThrow();
      }
      Path fresh =
          Files.createDirectories(
              mirror.resolveSibling(mirror.getFileName() + "." + UUID.randomUUID()).resolve("x"));
      Path old =
          Files.createDirectory(
              mirror.resolveSibling(mirror.getFileName() + ".old." + UUID.randomUUID()));
      Path half = Files.writeString(mirror.resolve("objects/incoming_1.pack"), "half");
      commit(folder, "two");

      assertThat(read(source, "a.txt")).isEqualTo("two");

      assertThat(fresh.getParent()).doesNotExist();
      assertThat(old).doesNotExist();
      assertThat(half).doesNotExist();
    }
  }

  @Test
  @DisplayName(
      "fault 41: a full disk is a typed error, keeps what was there, and is recovered from")
  void fullDisk() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                "unshare",
                "-Urm",
                "sh",
                "-c",
                "mount -t tmpfs -o size=3m tmpfs \"$1\" && exec \"$2\" -cp \"$3\" \"$4\" \"$5\""
                    + " \"$1\"",
                "sh",
                disk.toString(),
                java,
                System.getProperty("java.class.path"),
                GitFaultsTest.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(told).isZero();
    assertThat(told.lines().filter(l -> l.startsWith("told ")))
        .as(told)
        .containsExactly("told one", "told SOURCE-IO RETRY", "told one", "told three");
  }

  @ParameterizedTest
  @DisplayName("an address or a reference that would be an option or a command is refused")
  @CsvSource(
      delimiter = '|',
      value = {
        "--upload-pack=touch trace       | main",
        "ext::sh -c 'touch trace'        | main",
        "ssh://-oProxyCommand=touch/repo | main",
        "ssh://a@-oProxyCommand=touch/x  | main",
        "-oProxyCommand=touch:repo       | main",
        "amazon-s3://bucket/repo         | main",
        "https://example.org/repo        | --upload-pack=touch",
        "https://example.org/repo        | ../../x",
        "https://example.org/repo        | refs/heads/../../x",
        "'https://example.org/re\npo'    | main",
        "https://example.org/repo        | 'ma\nin'",
      })
  void refusesOptions(String url, String reference) {
    assertThatThrownBy(
            () -> GitSource.builder(url).reference(reference).cacheDirectory(cache).build())
        .isInstanceOf(io.gitops4j.error.ConfigurationException.class);
  }

  @Test
  @DisplayName("paths that differ in case only are not written beside each other")
  void refusesTwins() throws Exception {
    Path repo = folder.resolve("repo");
    Files.createSymbolicLink(repo.resolve("A"), Path.of("a.txt"));
    Files.createDirectories(repo.resolve("a"));
    Files.writeString(repo.resolve("a/file"), "x");
    commit(folder, "twins");
    try (GitSource source = source(url());
        Snapshot snapshot =
            ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
                .snapshot()) {
      assertThatThrownBy(() -> snapshot.materialise("", folder.resolve("out")))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("in case only");
    }
  }

  /** Runs where the disk is small: fetches what fits, what does not, and what fits again. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String url = folder.resolve("repo").toUri().toString();
    GitSource.Builder builder =
        GitSource.builder(url).cacheDirectory(Path.of(arguments[1])).reference("main");
    String first = tell(builder);
    byte[] noise = new byte[6_000_000];
    new Random(3).nextBytes(noise);
    Files.write(folder.resolve("repo/noise.bin"), noise);
    commit(folder, "two");
    tell(builder);
    tell(builder.reference(first));
    Files.delete(folder.resolve("repo/noise.bin"));
    commit(folder, "three");
    tell(builder.reference("main"));
  }

  private static String tell(GitSource.Builder builder) {
    try (GitSource source = builder.build();
        Snapshot snapshot =
            ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
                .snapshot()) {
      System.out.println("told " + new String(snapshot.read("a.txt"), StandardCharsets.UTF_8));
      return snapshot.revision().digest().hex();
    } catch (SourceException e) {
      System.out.println("told " + e.code() + " " + e.retryability());
      System.out.println(e.getMessage());
      return "";
    }
  }

  private void damage(String how) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(cache)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      boolean ref = file.toString().contains("refs/gitops4j/fetched/");
      boolean pack = file.toString().endsWith(".pack");
      if (how.equals("ref lock") && ref) {
        Files.createFile(Path.of(file + ".lock"));
      } else if (how.equals("other locks") && file.endsWith("HEAD")) {
        for (String name : List.of("HEAD", "shallow", "index", "packed-refs", "config")) {
          Files.createFile(file.resolveSibling(name + ".lock"));
        }
      } else if (how.equals("empty ref") && ref) {
        Files.write(file, new byte[0]);
      } else if (how.equals("no HEAD") && file.endsWith("HEAD")) {
        Files.delete(file);
      } else if (how.equals("cut") && pack) {
        byte[] content = Files.readAllBytes(file);
        file.toFile().setWritable(true);
        Files.write(file, Arrays.copyOf(content, content.length / 2));
      } else if (how.equals("flip") && pack) {
        byte[] content = Files.readAllBytes(file);
        file.toFile().setWritable(true);
        content[content.length / 2] ^= 0x10;
        Files.write(file, content, StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
  }

  private Reconciler<TextSet> target(GitSource source) {
    return GitOps.target("git")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(destination)
        .build();
  }

  private String url() {
    return folder.resolve("repo").toUri().toString();
  }

  private GitSource source(String url) {
    return GitSource.builder(url)
        .reference("main")
        .timeout(Duration.ofSeconds(1))
        .cacheDirectory(cache)
        .build();
  }

  private static String read(GitSource source, String path) {
    try (Snapshot snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
            .snapshot()) {
      return new String(snapshot.read(path), StandardCharsets.UTF_8);
    }
  }

  private static void commit(Path folder, String text) throws Exception {
    try (WorkTree tree = WorkTree.at(folder.resolve("repo"))) {
      tree.write("a.txt", text).commit(text);
    }
  }
}
