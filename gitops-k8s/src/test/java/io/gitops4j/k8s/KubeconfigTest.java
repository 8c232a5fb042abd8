package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kubeconfig may come from where others write. */
class KubeconfigTest {
  @TempDir Path folder;

  @ParameterizedTest
  @DisplayName("what reaches beyond a kubeconfig is refused, until its feature is allowed by name")
  @CsvSource(
      delimiter = '|',
      value = {
        "FILES        | ''                              | tokenFile: /etc/passwd",
        "FILES        | ''                              | client-key: /etc/passwd",
        "FILES        | ''                              | client-certificate: /etc/passwd",
        "FILES        | certificate-authority: /etc/passwd | token: x",
        "INSECURE_TLS | insecure-skip-tls-verify: true  | token: x",
        "PROXY        | 'proxy-url: http://127.0.0.1:1' | token: x",
      })
  void refusesByFeature(KubeconfigFeature feature, String cluster, String user) {
    assertThatThrownBy(() -> server(kubeconfig(cluster, user), Set.of()))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(e.problems()).singleElement().asString().contains(feature.name()));
  }

  @Test
  @DisplayName("what was allowed is used; a file may name files, content may not")
  void allowsByFeature() throws Exception {
    String open = kubeconfig("insecure-skip-tls-verify: true", "token: x");
    assertThat(server(open, Set.of(KubeconfigFeature.INSECURE_TLS))).contains("example.org");
    Path token = Files.writeString(folder.resolve("token"), "x");
    Path file =
        Files.writeString(folder.resolve("kubeconfig"), kubeconfig("", "tokenFile: " + token));
    try (KubernetesDestination made =
        KubernetesDestination.connect(KubernetesConfig.builder(file).build())) {
      assertThat(made.server()).contains("example.org");
    }
  }

  @Test
  @DisplayName("a file with two contexts leads to the server of the one that was chosen")
  void leadsToTheChosen() throws Exception {
    String two =
        kubeconfig("", "token: x")
            .replace(
                "clusters:\n",
                "clusters:\n- {name: d, cluster: {server: 'https://d.example.org'}}\n")
            .replace("contexts: [", "contexts: [{name: d, context: {cluster: d, user: u}}, ");
    Path file = Files.writeString(folder.resolve("kubeconfig"), two);
    try (KubernetesDestination made =
        KubernetesDestination.connect(
            KubernetesConfig.builder(new KubernetesConfig.KubeconfigFile(file, Optional.of("d")))
                .build())) {
      assertThat(made.server()).isEqualTo("https://d.example.org");
    }
  }

  @ParameterizedTest
  @DisplayName("no program is run for a kubeconfig that is not allowed by its very name")
  @CsvSource(
      delimiter = '|',
      value = {
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: [%s]}",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: /usr/bin/touch, args: [%s]}",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: [%s]}",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: 'plugin ', args: [%s]}",
        "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: plugin, args: [%s]}",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: plugin, args: [%s], interactiveMode: Always}",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: plugin, args: [%s], env: [{name: LD_PRELOAD, value: x}]}",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: plugin, args: [refused, %s]}",
        "'auth-provider: {name: gcp, config: {cmd-path: touch, cmd-args: %s}}'",
      })
  void runsNothing(String user) {
    Path trace = folder.resolve("trace");
    ExecPlugins plugins =
        ExecPlugins.none()
            .allow("plugin", Path.of("/usr/bin/touch"))
            .onlyIf(
                call ->
                    call.arguments().contains("refused")
                        ? Optional.of("these arguments are")
                        : Optional.empty());

    assertThatThrownBy(
            () ->
                server(
                    kubeconfig("", user.formatted(trace)),
                    Set.of(KubeconfigFeature.values()),
                    plugins))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not run");

    assertThat(trace).doesNotExist();
  }

  @Test
  @DisplayName("of users with one name the first counts, one who says nothing too")
  void takesTheFirst() {
    Path trace = folder.resolve("trace");
    String exec =
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: ["
            + trace
            + "]}";
    String twice = kubeconfig("", "token: x") + "- name: u\n  user: {" + exec + "}\n";
    assertThat(server(twice, Set.of())).contains("example.org");
    assertThat(server(kubeconfig("", ""), Set.of())).contains("example.org");
    assertThat(trace).doesNotExist();
  }

  @Test
  @DisplayName("what cannot be read as a kubeconfig is an error that quotes nothing of it")
  void quotesNothing() {
    for (String content :
        new String[] {"token: {canary", "[canary]", "", "users: canary", "canary: *canary"}) {
      assertThatThrownBy(() -> server(content, Set.of()))
          .isInstanceOf(ConfigurationException.class)
          .satisfies(e -> assertThat(e.getCause()).isNull())
          .hasMessageNotContaining("canary");
    }
  }

  @Test
  @DisplayName("no property of the process changes what a kubeconfig says")
  void readsNoProperties() {
    System.setProperty("kubernetes.master", "https://elsewhere.example.org");
    System.setProperty("kubernetes.auth.token", "other");
    try {
      assertThat(server(kubeconfig("", "token: x"), Set.of()))
          .isEqualTo("https://cluster.example.org");
    } finally {
      System.clearProperty("kubernetes.master");
      System.clearProperty("kubernetes.auth.token");
    }
  }

  @ParameterizedTest
  @DisplayName("what would be left out in silence is refused, with what to do instead")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                | 'token: x, as: joe' | KubernetesConfig.impersonate",
        "tls-server-name: other.example.org | token: x            | tls-server-name",
        "proxy-url: 'socks5://p.example.org:1' | token: x         | proxy-url that is not http",
      })
  void leavesNothingOut(String cluster, String user, String told) {
    String content = kubeconfig(cluster, "{" + user + "}");
    assertThatThrownBy(() -> server(content, Set.of(KubeconfigFeature.values())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(told);
    assertThat(
            server(
                kubeconfig("tls-server-name: cluster.example.org", "token: x"),
                Set.of(KubeconfigFeature.values())))
        .contains("example.org");
  }

  @Test
  @DisplayName("everything goes through the proxy that a kubeconfig names, where that is allowed")
  void usesTheProxy() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> asked =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket client = proxy.accept()) {
                  return new BufferedReader(new InputStreamReader(client.getInputStream()))
                      .readLine();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      String url = "proxy-url: 'http://127.0.0.1:" + proxy.getLocalPort() + "'";
      KubeconfigContent access =
          new KubeconfigContent(
              Sensitive.of(kubeconfig(url, "token: x")),
              Optional.empty(),
              Set.of(KubeconfigFeature.PROXY));
      try (KubernetesCluster cluster = KubernetesCluster.builder(access).connect()) {
        assertThatThrownBy(() -> cluster.secrets("a", "b=c", OperationContext.create()))
            .hasMessageContaining("no answer from https://cluster.example.org");
      }
      assertThat(asked.get(30, TimeUnit.SECONDS))
          .isEqualTo("CONNECT cluster.example.org:443 HTTP/1.1");
    }
  }

  @Test
  @DisplayName("a program is allowed by a name, and its file is an absolute path")
  void namesAreNames() {
    for (String name : new String[] {"", " ", "bin/plugin", "/bin/plugin", "a\\b"}) {
      assertThatThrownBy(() -> ExecPlugins.none().allowFromPath(name))
          .isInstanceOf(ConfigurationException.class);
    }
    assertThatThrownBy(() -> ExecPlugins.none().allow("plugin", Path.of("plugin")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("absolute");
    assertThatThrownBy(() -> ExecPlugins.none().within(Duration.ZERO))
        .isInstanceOf(ConfigurationException.class);
  }

  private static String server(String content, Set<KubeconfigFeature> allowed) {
    return server(content, allowed, ExecPlugins.none());
  }

  private static String server(
      String content, Set<KubeconfigFeature> allowed, ExecPlugins plugins) {
    try (KubernetesDestination made =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigContent(
                        Sensitive.of(content), Optional.empty(), allowed, plugins))
                .build())) {
      return made.server();
    }
  }

  private static String kubeconfig(String cluster, String user) {
    return """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters:
        - name: c
          cluster:
            server: https://cluster.example.org
            %s
        users:
        - name: u
          user:
            %s
        """
        .formatted(cluster, user);
  }
}
