package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.Sensitive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
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
        KubernetesDestination.connect(KubernetesConfig.kubeconfig(file))) {
      assertThat(made.server()).contains("example.org");
    }
  }

  @ParameterizedTest
  @DisplayName("no program is run for a kubeconfig, whatever is allowed")
  @CsvSource(
      delimiter = '|',
      value = {
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: [%s]}",
        "'auth-provider: {name: gcp, config: {cmd-path: touch, cmd-args: %s}}'",
      })
  void runsNothing(String user) {
    Path trace = folder.resolve("trace");

    assertThatThrownBy(
            () -> server(kubeconfig("", user.formatted(trace)), Set.of(KubeconfigFeature.values())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not run");

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

  private static String server(String content, Set<KubeconfigFeature> allowed) {
    try (KubernetesDestination made =
        KubernetesDestination.connect(
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigContent(
                        Sensitive.of(content), Optional.empty(), allowed))
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
