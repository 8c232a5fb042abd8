package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.ClusterBuilder;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.ExecConfigBuilder;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.testing.TestScript;
import io.gitops4j.tck.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that print a credential: shell scripts, run as any other. */
class ExecPluginTest {
  private static final String V1 = "client.authentication.k8s.io/v1";

  @TempDir Path folder;
  private final MovableClock clock = new MovableClock(Instant.parse("2030-01-01T00:00:00Z"));

  @Test
  @DisplayName("a credential is kept until shortly before its end, then made anew")
  void renewsInTime() throws Exception {
    Credentials plugin = plugin(counting("\"expirationTimestamp\":\"2030-01-01T00:10:00Z\","));
    assertThat(token(plugin)).isEqualTo("Bearer 1");
    clock.forward(Duration.ofSeconds(539));
    assertThat(token(plugin)).isEqualTo("Bearer 1");
    clock.forward(Duration.ofSeconds(2));
    assertThat(token(plugin)).isEqualTo("Bearer 2");
  }

  @Test
  @DisplayName("one without an end is kept until the server refuses it, and is then made once")
  void renewsWhenRefused() throws Exception {
    Credentials plugin = plugin(counting(""));
    Credential first = plugin.current();
    clock.forward(Duration.ofDays(30));
    assertThat(plugin.current()).isSameAs(first);

    assertThat(plugin.refused(first)).isTrue();
    Credential second = plugin.current();
    assertThat(second.authorization().orElseThrow().reveal()).isEqualTo("Bearer 2");
    assertThat(plugin.refused(first)).as("another request was faster").isTrue();
    assertThat(plugin.current()).isSameAs(second);

    assertThat(plugin.refused(second)).as("a new one that is refused at once").isFalse();
    assertThat(plugin.current()).isSameAs(second);
    clock.forward(Duration.ofSeconds(11));
    assertThat(plugin.refused(second)).isTrue();
    assertThat(token(plugin)).isEqualTo("Bearer 3");
  }

  @Test
  @DisplayName("a program that fails shortly before the end ends nothing while the old one holds")
  void livesOnTheOldOne() throws Exception {
    Path script = counting("\"expirationTimestamp\":\"2030-01-01T00:10:00Z\",");
    Credentials plugin = plugin(script);
    token(plugin);
    TestScript.write(script, "exit 7");
    clock.forward(Duration.ofSeconds(545));
    assertThat(token(plugin)).isEqualTo("Bearer 1");
    clock.forward(Duration.ofSeconds(60));
    assertThatThrownBy(plugin::current)
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("ended with 7");
  }

  @Test
  @DisplayName("a run that failed is not repeated for ten seconds: its reason is told at once")
  void remembersAFailure() throws Exception {
    Path runs = folder.resolve("runs");
    Path script = script("echo run >> " + runs, "exit 7");
    Credentials plugin = plugin(script);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(plugin::current).hasMessageContaining("ended with 7");
    }
    assertThat(Files.readAllLines(runs)).hasSize(1);
    clock.forward(Duration.ofSeconds(10));
    assertThatThrownBy(plugin::current).hasMessageContaining("ended with 7");
    assertThat(Files.readAllLines(runs)).hasSize(2);

    clock.forward(Duration.ofSeconds(10));
    counting("");
    Credential good = plugin.current();
    assertThat(plugin.refused(good)).isTrue();
    clock.forward(Duration.ofSeconds(-5));
    assertThat(token(plugin))
        .as("a success ends it, also for a clock that is set back")
        .isEqualTo("Bearer 4");
  }

  @Test
  @DisplayName("that a run was interrupted says nothing of the next one")
  void forgetsAnInterruption() throws Exception {
    // A run that ended before it was waited for would not notice.
    Credentials plugin = plugin(script("exec sleep 5"));
    Thread.currentThread().interrupt();
    assertThatThrownBy(plugin::current).hasMessageContaining("was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    counting("");
    assertThat(token(plugin)).startsWith("Bearer ");
  }

  @ParameterizedTest
  @DisplayName(
      "a variable that decides which code runs is refused, and so is what is no name of one")
  @ValueSource(
      strings = {
        "path",
        "LD_AUDIT",
        "BASH_ENV",
        "BASHOPTS",
        "SHELLOPTS",
        "PS4",
        "OPENSSL_CONF",
        "OPENSSL_MODULES",
        "NODE_EXTRA_CA_CERTS",
        "AZURE_EXTENSION_DIR",
        "AZURE_CONFIG_DIR",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_DATA_PATH",
        "CLOUDSDK_CONFIG",
        "CLOUDSDK_ROOT_DIR",
        "CLOUDSDK_PYTHON_ARGS",
        "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES",
        "",
        "a=b",
        "BASH_FUNC_id%%",
        "A B",
        "1A",
        "A\nB",
        "A\u0000"
      })
  void refusesVariables(String name) {
    ExecConfig exec = exec().addNewEnv(name, "x").build();
    List<String> problems = new ArrayList<>();
    ExecPlugins plugins = ExecPlugins.none().allow("plugin", folder.resolve("plugin"));
    assertThat(ExecCommand.read("user", exec, new Cluster(), plugins, problems)).isEmpty();
    assertThat(problems)
        .singleElement()
        .asString()
        .containsPattern("which decides what code runs|which is no name of a variable");
  }

  @Test
  @DisplayName("who asks while it runs shares its result: it runs once at a time")
  void runsOnceAtATime() throws Exception {
    Path go = folder.resolve("go");
    Path script =
        script(
            "echo run >> " + folder.resolve("runs"),
            "while [ ! -e " + go + " ]; do /bin/sleep 0.05; done",
            answer("\"token\":\"shared\""));
    Credentials plugin = plugin(script);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<String>> asked = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        asked.add(CompletableFuture.supplyAsync(() -> unchecked(plugin), threads));
      }
      Files.createFile(go);
      for (CompletableFuture<String> one : asked) {
        assertThat(one.get()).isEqualTo("Bearer shared");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(1);
  }

  @Test
  @DisplayName("a program that hangs is killed with what it started; one that floods is ended")
  void isBounded() throws Exception {
    Path pid = folder.resolve("pid");
    Path hangs = script("/bin/sleep 600 & echo $! > " + pid, "wait");
    assertThatThrownBy(plugin(hangs, ExecPlugins.none().within(Duration.ofSeconds(2)))::current)
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("did not end within 2000 ms");
    long child = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty();

    Path floods =
        script("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
    assertThatThrownBy(plugin(floods)::current).hasMessageContaining("printed more than");
  }

  @Test
  @DisplayName("its environment is PATH, HOME, what was passed on, and what the kubeconfig says")
  void hasLittleEnvironment() throws Exception {
    Path seen = folder.resolve("seen");
    Path script = script("/usr/bin/env > " + seen, answer("\"token\":\"t\""));
    ExecConfig exec =
        exec()
            .addNewEnv("AWS_PROFILE", "prod")
            .withProvideClusterInfo(true)
            .withInteractiveMode("IfAvailable")
            .build();
    Cluster cluster =
        new ClusterBuilder()
            .withServer("https://c.example.org")
            .withCertificateAuthorityData("Q0E=")
            .addNewExtension(Map.of("clusterName", "shop"), "client.authentication.k8s.io/exec")
            .build();
    plugin(exec, cluster, ExecPlugins.none().allow("plugin", script)).current();

    List<String> lines = Files.readAllLines(seen);
    assertThat(lines.stream().map(l -> l.substring(0, l.indexOf('='))))
        .as("with what a shell adds by itself")
        .isSubsetOf("PATH", "HOME", "AWS_PROFILE", "KUBERNETES_EXEC_INFO", "PWD", "SHLVL", "_");
    assertThat(lines)
        .contains("PWD=" + folder, "AWS_PROFILE=prod")
        .contains(
            "KUBERNETES_EXEC_INFO={\"apiVersion\":\"client.authentication.k8s.io/v1\","
                + "\"kind\":\"ExecCredential\",\"spec\":{\"interactive\":false,\"cluster\":{"
                + "\"server\":\"https://c.example.org\",\"certificate-authority-data\":\"Q0E=\","
                + "\"config\":{\"clusterName\":\"shop\"}}}}");
  }

  @ParameterizedTest
  @DisplayName("what is no credential is told, and never quoted")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "canary-not-json | is no JSON",
        "{\"kind\":\"Other\",\"canary\":1} | is no ExecCredential",
        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"canary\"}} | apiVersion that was asked for",
        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"} | neither a token",
        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"canary\"}} | only one of",
        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"canary canary\"}} | cannot be sent",
        "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"canary\",\"expirationTimestamp\":\"canary\"}} | is no time",
      })
  void tellsWhatIsWrong(String printed, String told) throws Exception {
    Credentials plugin = plugin(script("echo '" + printed + "'"));
    assertThatThrownBy(plugin::current)
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining(told)
        .hasMessageNotContaining("canary");
  }

  @Test
  @DisplayName("what it says when it fails is told without what looks like, or is, a secret")
  void redacts() throws Exception {
    String token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl";
    Path script =
        script(
            "echo \"cannot log in with $SECRET or $2 or " + token + " at the door\" >&2; exit 1");
    ExecConfig exec =
        exec()
            .withArgs("get-token", "--secret=canary-argument")
            .addNewEnv("SECRET", "canary-variable")
            .build();
    Credentials plugin = plugin(exec, new Cluster(), ExecPlugins.none().allow("plugin", script));
    assertThatThrownBy(plugin::current)
        .hasMessageContaining("cannot log in with *** or --secret=*** or *** at the door");
  }

  @Test
  @DisplayName("a program that is missing is told with the hint of the kubeconfig")
  void tellsHowToInstallIt() {
    ExecConfig exec = exec().withInstallHint("run: install plugin").build();
    Credentials plugin =
        plugin(exec, new Cluster(), ExecPlugins.none().allow("plugin", folder.resolve("nothing")));
    assertThatThrownBy(plugin::current)
        .isInstanceOfSatisfying(
            CredentialException.class, e -> assertThat(e.next()).isEqualTo("run: install plugin"))
        .hasMessageContaining("is not there: " + folder.resolve("nothing"));
  }

  @Test
  @DisplayName("one that is allowed from PATH is found there, or told as missing there")
  void looksOnPath() {
    ExecConfig exec = exec().withCommand("gitops4j-no-such-plugin").build();
    assertThatThrownBy(
            plugin(exec, new Cluster(), ExecPlugins.none().allowFromPath(exec.getCommand()))
                ::current)
        .hasMessageContaining("PATH has no program of that name");
    ExecConfig echo = exec().withCommand("echo").withArgs("{}").build();
    assertThatThrownBy(
            plugin(echo, new Cluster(), ExecPlugins.none().allowFromPath("echo"))::current)
        .as("it was run")
        .hasMessageContaining("is no ExecCredential");
  }

  private static String unchecked(Credentials plugin) {
    try {
      return token(plugin);
    } catch (CredentialException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String token(Credentials plugin) throws CredentialException {
    return plugin.current().authorization().orElseThrow().reveal();
  }

  private Credentials plugin(Path script) {
    return plugin(script, ExecPlugins.none());
  }

  private Credentials plugin(Path script, ExecPlugins plugins) {
    return plugin(exec().build(), new Cluster(), plugins.allow("plugin", script));
  }

  private Credentials plugin(ExecConfig exec, Cluster cluster, ExecPlugins plugins) {
    List<String> problems = new ArrayList<>();
    ExecCommand command =
        ExecCommand.read("user", exec, cluster, plugins, problems)
            .orElseThrow(() -> new AssertionError(problems.toString()));
    return new ExecPlugin(command, plugins, clock);
  }

  private static ExecConfigBuilder exec() {
    return new ExecConfigBuilder().withApiVersion(V1).withCommand("plugin");
  }

  /** Gives another token each time. */
  private Path counting(String more) throws IOException {
    Path runs = folder.resolve("runs");
    return script(
        "echo run >> " + runs,
        "count=0; while read line; do count=$((count + 1)); done < " + runs,
        answer(more + "\"token\":\"'$count'\""));
  }

  private static String answer(String status) {
    return TestScript.print("v1", status);
  }

  private Path script(String... lines) throws IOException {
    return TestScript.write(folder.resolve("script"), lines);
  }
}
