package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.SourceException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers, and people who can push to them, that want the memory or the disk of the reader. */
class GitLimitsTest {
  private static final int MIB = 1024 * 1024;

  @TempDir Path folder;

  @BeforeEach
  void makeRepository() throws Exception {
    byte[] noise = new byte[2 * MIB];
    new Random(4).nextBytes(noise);
    Files.createDirectories(folder.resolve("repo"));
    Files.write(folder.resolve("repo/noise.bin"), noise);
    try (WorkTree tree = WorkTree.at(folder.resolve("repo"))) {
      tree.write("a.txt", "one").commit("m");
    }
  }

  @ParameterizedTest
  @DisplayName("a fetch that is too large is refused by the name of the limit, and leaves nothing")
  @ValueSource(strings = {"objectBytes", "packBytes", "packObjects"})
  void boundsAFetch(String limit) throws Exception {
    GitLimits limits =
        switch (limit) {
          case "objectBytes" -> GitLimits.standard().withObjectBytes(MIB);
          case "packBytes" -> GitLimits.standard().withPackBytes(MIB);
          default -> GitLimits.standard().withPackObjects(3);
        };
    try (GitHttpServer server = GitHttpServer.open(folder)) {
      for (String url : List.of(server.url("repo"), folder.resolve("repo").toUri().toString())) {
        try (GitSource source = source(url, b -> b.limits(limits))) {
          assertRefused(() -> fetch(source), limit);
        }
        try (Stream<Path> left = Files.walk(folder.resolve("cache"))) {
          assertThat(left.filter(Files::isRegularFile).mapToLong(p -> p.toFile().length()).sum())
              .isLessThan(MIB);
        }
      }
      try (GitSource source = source(server.url("repo"), b -> b)) {
        assertThat(fetch(source).read("noise.bin")).hasSize(2 * MIB);
      }
    }
  }

  @ParameterizedTest
  @DisplayName("what was refused is not downloaded again until it moves")
  @ValueSource(booleans = {false, true})
  void refusesWithoutAFetch(boolean wholeHistory) throws Exception {
    try (GitHttpServer server = GitHttpServer.open(folder);
        Git git = Git.open(folder.resolve("repo").toFile())) {
      String commit = git.getRepository().resolve("HEAD").name();
      try (GitSource source =
          source(
              server.url("repo"),
              b ->
                  b.reference(wholeHistory ? commit.substring(0, 10) : "main")
                      .limits(GitLimits.standard().withPackBytes(MIB)))) {
        assertRefused(() -> fetch(source), "packBytes");

        server.cutAfter(0);

        assertRefused(() -> fetch(source), "packBytes");
        git.rm().addFilepattern("noise.bin").call();
        git.commit().setMessage("smaller").setSign(false).call();
        assertThatThrownBy(() -> fetch(source))
            .as("is asked for, and cut off")
            .isInstanceOf(SourceException.class)
            .hasMessageNotContaining("packBytes");
      }
    }
  }

  @ParameterizedTest
  @DisplayName("references that never end are cut off, also where a little packed is much")
  @ValueSource(booleans = {false, true})
  void boundsAnAnswerOverHttp(boolean packed) throws Exception {
    AtomicLong sent = new AtomicLong();
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          exchange
              .getResponseHeaders()
              .add("Content-Type", "application/x-git-upload-pack-advertisement");
          if (packed) {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
          }
          exchange.sendResponseHeaders(200, 0);
          try (exchange;
              OutputStream body = exchange.getResponseBody();
              OutputStream out = packed ? new GZIPOutputStream(body) : body) {
            out.write("001e# service=git-upload-pack\n0000".getBytes(StandardCharsets.US_ASCII));
            endless(out, sent, Duration.ZERO);
          }
        });
    http.start();
    String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/repo";
    try (GitSource source = source(url, b -> b.limits(GitLimits.standard().withAnswerBytes(MIB)))) {
      assertRefused(() -> fetch(source), "answerBytes");
      // What was not read lies in buffers between.
      assertThat(sent.get()).isLessThan(64L * MIB);
    } finally {
      http.stop(0);
    }
  }

  @Test
  @DisplayName("references that never end are cut off over git:// too")
  void boundsAnAnswerOverGit() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      AtomicLong sent = new AtomicLong();
      CompletableFuture<Void> serving = serve(server, sent, Duration.ZERO);
      try (GitSource source =
          source(
              "git://127.0.0.1:" + server.getLocalPort() + "/repo",
              b -> b.limits(GitLimits.standard().withAnswerBytes(MIB)))) {
        assertRefused(() -> fetch(source), "answerBytes");
      }
      serving.get(30, TimeUnit.SECONDS);
      assertThat(sent.get()).isLessThan(64L * MIB);
    }
  }

  @Test
  @DisplayName("references of an SSH server are cut off too")
  void boundsAnAnswerOverSsh() throws Exception {
    try (Git git = Git.open(folder.resolve("repo").toFile())) {
      for (int i = 0; i < 50; i++) {
        git.tag().setAnnotated(false).setName("tag" + i).call();
      }
    }
    KeyPair client = keys();
    try (GitSshServer server = GitSshServer.start(folder, keys(), client.getPublic());
        GitSource source =
            source(
                server.url("repo"),
                b ->
                    b.reference("^1")
                        .limits(GitLimits.standard().withAnswerBytes(2000))
                        .credentials(
                            new GitCredentials.SshKey(
                                io.gitops4j.model.Sensitive.of(text(client)),
                                server.knownHosts())))) {
      assertRefused(() -> fetch(source), "answerBytes");
    }
  }

  @Test
  @DisplayName("fault 34: a server that is slow but never silent is cut off by the deadline")
  void endsWithThePass() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> serving = serve(server, new AtomicLong(), Duration.ofMillis(20));
      try (GitSource source =
          source("git://127.0.0.1:" + server.getLocalPort() + "/repo", b -> b)) {
        assertThatThrownBy(
                () ->
                    source.fetch(Optional.empty(), OperationContext.within(Duration.ofSeconds(2))))
            .isInstanceOf(OperationCancelledException.class);
      }
      serving.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  @DisplayName("a server that only gives files, of any size, is not read")
  void refusesADumbServer() throws Exception {
    try (Git git = Git.open(folder.resolve("repo").toFile())) {
      Path info = Files.createDirectories(folder.resolve("repo/.git/info"));
      Files.writeString(
          info.resolve("refs"), git.getRepository().resolve("HEAD").name() + "\trefs/heads/main\n");
    }
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
          boolean there = Files.isRegularFile(file);
          exchange.sendResponseHeaders(there ? 200 : 404, 0);
          try (exchange;
              OutputStream out = exchange.getResponseBody()) {
            if (there) {
              Files.copy(file, out);
            }
          }
        });
    http.start();
    String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/repo/.git";
    try (GitSource source = source(url, b -> b)) {
      assertThatThrownBy(() -> fetch(source))
          .isInstanceOf(SourceException.class)
          .hasStackTraceContaining("smart HTTP protocol");
    } finally {
      http.stop(0);
    }
  }

  @Test
  @DisplayName("a few trees that hold each other many times over are refused")
  void boundsTheFiles() throws Exception {
    try (Git git = Git.open(folder.resolve("repo").toFile())) {
      push(git.getRepository(), 12, "x");
    }
    try (GitSource source =
        source(folder.resolve("repo").toUri().toString(), b -> b.reference("bomb"))) {
      assertRefused(() -> fetch(source), "files");
    }
  }

  @Test
  @DisplayName("one file at many paths does not fill the disk")
  void boundsWhatIsWritten() throws Exception {
    try (Git git = Git.open(folder.resolve("repo").toFile())) {
      push(git.getRepository(), 2, "x".repeat(MIB));
    }
    Path out = Files.createDirectory(folder.resolve("out"));
    try (GitSource source =
            source(
                folder.resolve("repo").toUri().toString(),
                b -> b.reference("bomb").limits(GitLimits.standard().withTreeBytes(5 * MIB)));
        Snapshot snapshot = fetch(source)) {
      assertRefused(() -> snapshot.materialise("", out), "treeBytes");
    }
    try (Stream<Path> written = Files.walk(out)) {
      assertThat(written.filter(Files::isRegularFile)).hasSize(5);
    }
  }

  /** A tree of ten times the same tree, so many levels deep, over one file. */
  private static void push(Repository repository, int levels, String content) throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId below =
          inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
      for (int level = 0; level < levels; level++) {
        TreeFormatter tree = new TreeFormatter();
        for (int i = 0; i < 10; i++) {
          tree.append("n" + i, level == 0 ? FileMode.REGULAR_FILE : FileMode.TREE, below);
        }
        below = inserter.insert(tree);
      }
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(below);
      PersonIdent ann = new PersonIdent("Ann", "ann@example.com");
      commit.setAuthor(ann);
      commit.setCommitter(ann);
      commit.setMessage("bomb");
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      RefUpdate branch = repository.updateRef("refs/heads/bomb");
      branch.setNewObjectId(id);
      branch.forceUpdate();
    }
  }

  private static CompletableFuture<Void> serve(
      ServerSocket server, AtomicLong sent, Duration pause) {
    return CompletableFuture.runAsync(
        () -> {
          try (Socket socket = server.accept();
              OutputStream out = socket.getOutputStream()) {
            endless(out, sent, pause);
          } catch (IOException e) {
            // Cut off, as it has to be.
          }
        });
  }

  /** References without end, no two the same, until nobody reads them. */
  private static void endless(OutputStream out, AtomicLong sent, Duration pause)
      throws IOException {
    for (long i = 0; ; i++) {
      String line = "%040d refs/heads/%060d\n".formatted(1, i);
      byte[] packet =
          "%04x%s".formatted(line.length() + 4, line).getBytes(StandardCharsets.US_ASCII);
      out.write(packet);
      sent.addAndGet(packet.length);
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  private static void assertRefused(ThrowingCallable call, String limit) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SourceException.class, e -> assertThat(e.code()).isEqualTo("SOURCE-TOO-LARGE"))
        .hasMessageContaining("GitLimits." + limit);
  }

  private GitSource source(String url, UnaryOperator<GitSource.Builder> more) {
    return more.apply(
            GitSource.builder(url)
                .reference("main")
                .timeout(Duration.ofSeconds(30))
                .cacheDirectory(folder.resolve("cache")))
        .build();
  }

  private static Snapshot fetch(GitSource source) {
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
        .snapshot();
  }

  private static KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static String text(KeyPair pair) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }
}
