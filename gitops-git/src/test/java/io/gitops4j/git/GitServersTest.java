package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.SourceException;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.transport.sshd.agent.Connector;
import org.eclipse.jgit.transport.sshd.agent.ConnectorFactory;
import org.eclipse.jgit.util.FS;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Git over HTTP and SSH, served by Git itself. */
class GitServersTest {
  @TempDir Path folder;

  @BeforeEach
  void commit() throws Exception {
    commit("first");
  }

  @Test
  @DisplayName(
      "HTTP works without and with a password, and a poll that finds nothing fetches nothing")
  void readsOverHttp() throws Exception {
    try (GitHttpServer open = GitHttpServer.open(folder);
        GitHttpServer guarded = GitHttpServer.guarded(folder, "ann", "canary-pass")) {
      assertThat(read(open.url("repo"), GitCredentials.none(), "a")).isEqualTo("first");
      GitCredentials ann = new GitCredentials.Basic("ann", Sensitive.of("canary-pass"));
      try (GitSource source = source(guarded.url("repo"), ann, "b")) {
        FetchResult.Fetched first = fetched(source);
        first.snapshot().close();
        guarded.requests().clear();

        FetchResult second = source.fetch(Optional.of(first.revision()), OperationContext.create());

        assertThat(second).isInstanceOf(FetchResult.Unchanged.class);
        // The challenge, the answer, and in protocol version 2 the list of refs.
        assertThat(guarded.requests()).hasSizeLessThanOrEqualTo(3);
      }
      String embedded = guarded.url("repo").replace("http://", "http://ann:canary-pass@");
      assertThat(read(embedded, GitCredentials.none(), "c")).isEqualTo("first");
    }
  }

  @Test
  @DisplayName("wrong or missing credentials are refused as such, and are in no message")
  void tellsWrongCredentials() throws Exception {
    try (GitHttpServer guarded = GitHttpServer.guarded(folder, "ann", "right")) {
      for (GitCredentials wrong :
          List.of(
              GitCredentials.none(),
              new GitCredentials.Basic("ann", Sensitive.of("canary-wrong")))) {
        assertThatThrownBy(() -> read(guarded.url("repo"), wrong, "a"))
            .isInstanceOfSatisfying(
                SourceException.class,
                e -> assertThat(e.code()).isEqualTo("SOURCE-AUTHENTICATION-FAILED"))
            .satisfies(e -> assertThat(everything(e)).doesNotContain("canary"));
      }
    }
  }

  @Test
  @DisplayName("credentials do not follow a redirect to another server")
  void keepsCredentialsAtHome() throws Exception {
    try (GitHttpServer other = GitHttpServer.guarded(folder, "ann", "canary-pass");
        GitHttpServer redirecting = GitHttpServer.open(folder)) {
      redirecting.redirectTo(other.url("").replaceAll("/$", "").replace("127.0.0.1", "localhost"));
      GitCredentials ann = new GitCredentials.Basic("ann", Sensitive.of("canary-pass"));

      assertThatThrownBy(() -> read(redirecting.url("repo"), ann, "a"))
          .isInstanceOf(SourceException.class);

      assertThat(other.requests()).noneMatch(r -> r.contains("Basic"));
    }
  }

  @Test
  @DisplayName(
      "fault 34: a connection cut in the middle of a pack is an error to be tried again, then"
          + " mended")
  void survivesACut() throws Exception {
    byte[] noise = new byte[200_000];
    new Random(1).nextBytes(noise);
    Files.write(folder.resolve("repo/noise.bin"), noise);
    commit("second");
    try (GitHttpServer server = GitHttpServer.open(folder)) {
      server.cutAfter(20_000);
      assertThatThrownBy(() -> read(server.url("repo"), GitCredentials.none(), "a"))
          .isInstanceOfSatisfying(
              SourceException.class,
              e -> assertThat(e.retryability()).isEqualTo(io.gitops4j.error.Retryability.RETRY));
      server.cutAfter(Long.MAX_VALUE);

      assertThat(read(server.url("repo"), GitCredentials.none(), "a")).isEqualTo("second");
    }
  }

  @Test
  @DisplayName("SSH works with a key, and refuses a wrong key and a server that is not known")
  void readsOverSsh() throws Exception {
    KeyPair host = keys();
    KeyPair client = keys();
    try (GitSshServer server = GitSshServer.start(folder, host, client.getPublic())) {
      String known = server.knownHosts();
      assertThat(read(server.url("repo"), new GitCredentials.SshKey(text(client), known), "a"))
          .isEqualTo("first");
      assertThatThrownBy(
              () -> read(server.url("repo"), new GitCredentials.SshKey(text(keys()), known), "b"))
          .isInstanceOfSatisfying(
              SourceException.class,
              e -> assertThat(e.code()).isEqualTo("SOURCE-AUTHENTICATION-FAILED"));
      String other = GitSshServer.knownHosts(server, keys());
      assertThatThrownBy(
              () -> read(server.url("repo"), new GitCredentials.SshKey(text(client), other), "c"))
          .isInstanceOfSatisfying(
              SourceException.class,
              e -> assertThat(e.code()).isEqualTo("SOURCE-HOST-KEY-REJECTED"));
    }
  }

  @Test
  @DisplayName("a private key is never on disk, where a killed process would leave it")
  void keepsKeysInMemory() throws Exception {
    KeyPair client = keys();
    try (GitSshServer server = GitSshServer.start(folder, keys(), client.getPublic());
        GitSource source =
            source(
                server.url("repo"),
                new GitCredentials.SshKey(text(client), server.knownHosts()),
                "a")) {
      fetched(source).snapshot().close();
      List<Path> files;
      try (Stream<Path> all = Files.walk(folder.resolve("cache-a"))) {
        files = all.filter(Files::isRegularFile).toList();
      }
      assertThat(files).isNotEmpty();
      for (Path file : files) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain("PRIVATE KEY");
      }
    }
  }

  @Test
  @DisplayName("what is no private key is refused before a server is asked, and is not quoted")
  void refusesWhatIsNoKey() {
    for (String none : List.of("", "canary", "-----BEGIN RSA PRIVATE KEY-----\ncanary\n")) {
      assertThatThrownBy(
              () ->
                  source(
                      "ssh://git@127.0.0.1:1/repo",
                      new GitCredentials.SshKey(Sensitive.of(none), "127.0.0.1 ssh-rsa x"),
                      "a"))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("privateKey is no private key")
          .satisfies(e -> assertThat(everything(e)).doesNotContain("canary"));
    }
  }

  @Test
  @DisplayName("the SSH keys of the user who runs the process are used only when they are given")
  void leavesTheUsersKeysAlone() throws Exception {
    KeyPair client = keys();
    File home = FS.DETECTED.userHome();
    FS.DETECTED.setUserHome(folder.toFile());
    try (GitSshServer server = GitSshServer.start(folder, keys(), client.getPublic())) {
      Path ssh = Files.createDirectory(folder.resolve(".ssh"));
      Files.writeString(ssh.resolve("id_rsa"), text(client).reveal());
      Files.writeString(ssh.resolve("known_hosts"), server.knownHosts());
      for (GitCredentials others :
          List.of(GitCredentials.none(), new GitCredentials.Basic("git", Sensitive.of("x")))) {
        assertThatThrownBy(() -> read(server.url("repo"), others, "a"))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("an SSH address needs GitCredentials.SshKey");
      }

      assertThat(read(server.url("repo"), GitCredentials.userSsh(), "b")).isEqualTo("first");
    } finally {
      FS.DETECTED.setUserHome(home);
    }
  }

  @Test
  @DisplayName("with a key of its own a source asks no SSH agent for others")
  void asksNoAgent() throws Exception {
    KeyPair client = keys();
    List<String> asked = new CopyOnWriteArrayList<>();
    ConnectorFactory.setDefault(new RecordingAgent(asked));
    try (GitSshServer server = GitSshServer.start(folder, keys(), client.getPublic())) {
      GitCredentials key = new GitCredentials.SshKey(text(client), server.knownHosts());

      assertThat(read(server.url("repo"), key, "a")).isEqualTo("first");
    } finally {
      ConnectorFactory.setDefault(null);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  @DisplayName("the user's SSH keys are nothing to an HTTP server, which takes a password as ever")
  void needsNoSshOverHttp() throws Exception {
    try (GitHttpServer guarded = GitHttpServer.guarded(folder, "ann", "canary-pass")) {
      String embedded = guarded.url("repo").replace("http://", "http://ann:canary-pass@");
      assertThat(read(embedded, GitCredentials.userSsh(), "a")).isEqualTo("first");
      assertThatThrownBy(() -> read(guarded.url("repo"), GitCredentials.userSsh(), "b"))
          .hasMessageContaining("without credentials");
    }
  }

  @Test
  @DisplayName("a revert is pushed over SSH, with the key that the repository is read with")
  void pushesOverSsh() throws Exception {
    KeyPair host = keys();
    KeyPair client = keys();
    try (GitSshServer server = GitSshServer.start(folder, host, client.getPublic());
        GitSource source =
            source(
                server.url("repo"),
                new GitCredentials.SshKey(text(client), server.knownHosts()),
                "a")) {
      FetchResult.Fetched first = fetched(source);
      first.snapshot().close();
      commit("second");

      Revert.Pushed pushed =
          source.revert(
              Revert.to(first.revision(), new Revert.Author("Ann", "ann@example.com"), "")
                  .onNewBranch("back"),
              OperationContext.create());

      try (Git git = Git.open(folder.resolve("repo").toFile())) {
        assertThat(git.getRepository().resolve("refs/heads/back").name())
            .isEqualTo(pushed.commit());
      }
    }
  }

  @Test
  @DisplayName(
      "fault 40: a process killed in the middle of a fetch leaves nothing that stands in the way")
  void survivesAKilledProcess() throws Exception {
    byte[] noise = new byte[30_000_000];
    new Random(2).nextBytes(noise);
    Files.write(folder.resolve("repo/noise.bin"), noise);
    commit("second");
    String url = folder.resolve("repo").toUri().toString();
    List<Process> fetchers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      fetchers.add(fetcher(url));
    }
    Path cache = folder.resolve("cache-shared");
    org.awaitility.Awaitility.await()
        .until(() -> half(cache) || fetchers.stream().noneMatch(Process::isAlive));
    for (Process fetcher : fetchers) {
      assertThat(fetcher.isAlive() || fetcher.exitValue() == 0)
          .as("none failed by itself")
          .isTrue();
      fetcher.destroyForcibly().waitFor();
    }

    assertThat(read(url, GitCredentials.none(), "shared")).isEqualTo("second");
    assertThat(half(cache)).as("half a pack is left").isFalse();
  }

  @Test
  @DisplayName("two processes on one cache both get the tree")
  void sharesWithAnotherProcess() throws Exception {
    String url = folder.resolve("repo").toUri().toString();
    Process one = fetcher(url);
    Process two = fetcher(url);

    assertThat(one.waitFor()).isZero();
    assertThat(two.waitFor()).isZero();
    assertThat(new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("first");
  }

  /** Fetches in a process of its own and prints the file. */
  public static void main(String[] arguments) {
    try (GitSource source =
            GitSource.builder(arguments[0])
                .reference("main")
                .cacheDirectory(Path.of(arguments[1]))
                .build();
        Snapshot snapshot = fetched(source).snapshot()) {
      System.out.println(new String(snapshot.read("a.txt"), StandardCharsets.UTF_8));
    }
  }

  private Process fetcher(String url) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            GitServersTest.class.getName(),
            url,
            folder.resolve("cache-shared").toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Whether something of a pack is on disk. */
  private static boolean half(Path cache) {
    if (!Files.isDirectory(cache)) {
      return false;
    }
    try (var all = Files.walk(cache)) {
      return all.anyMatch(
          f -> f.getFileName().toString().startsWith("incoming") && f.toFile().length() > 100_000);
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }

  private String read(String url, GitCredentials credentials, String cache) {
    try (GitSource source = source(url, credentials, cache);
        Snapshot snapshot = fetched(source).snapshot()) {
      return new String(snapshot.read("a.txt"), StandardCharsets.UTF_8);
    }
  }

  private GitSource source(String url, GitCredentials credentials, String cache) {
    return GitSource.builder(url)
        .reference("main")
        .credentials(credentials)
        .timeout(Duration.ofSeconds(20))
        .cacheDirectory(folder.resolve("cache-" + cache))
        .build();
  }

  private static FetchResult.Fetched fetched(GitSource source) {
    return (FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create());
  }

  private void commit(String text) throws Exception {
    try (WorkTree tree = WorkTree.at(folder.resolve("repo"))) {
      tree.write("a.txt", text).commit(text);
    }
  }

  private static String everything(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      all.append(t).append('\n');
    }
    return all.toString();
  }

  /** A way to an agent that is not there. */
  private record RecordingAgent(List<String> asked) implements ConnectorFactory {
    @Override
    public Connector create(String agent, File home) throws IOException {
      asked.add(String.valueOf(agent));
      throw new IOException("no agent");
    }

    @Override
    public boolean isSupported() {
      return true;
    }

    @Override
    public String getName() {
      return "recording";
    }

    @Override
    public Collection<ConnectorDescriptor> getSupportedConnectors() {
      return List.of(getDefaultConnector());
    }

    @Override
    public ConnectorDescriptor getDefaultConnector() {
      return new ConnectorDescriptor() {
        @Override
        public String getIdentityAgent() {
          return "recording";
        }

        @Override
        public String getDisplayName() {
          return "recording";
        }
      };
    }
  }

  private static KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static Sensitive<String> text(KeyPair keys) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(keys, "test", null, out);
    return Sensitive.of(out.toString(StandardCharsets.UTF_8));
  }
}
