package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.testing.TestScript;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Kubeconfig files with more than one context. */
class KubeconfigReaderTest {
  private static final String PROD = "https://prod.example.org";
  private static final String STAGING = "https://staging.example.org";

  @TempDir Path folder;

  @Test
  @DisplayName("a file leads to the context that was chosen, whichever is its current one")
  void leadsToTheChosen() throws Exception {
    Kubeconfig staging = read(Optional.of("staging"), file(contexts("token: p", "token: s")));
    assertThat(config(staging).getMasterUrl()).startsWith(STAGING);
    assertThat(token(staging)).isEqualTo("Bearer s");

    Kubeconfig current = read(Optional.empty(), file(contexts("token: p", "token: s")));
    assertThat(config(current).getMasterUrl()).startsWith(PROD);
    assertThat(token(current)).isEqualTo("Bearer p");
  }

  @Test
  @DisplayName("of contexts and clusters with one name the first is used, which is the checked one")
  void usesWhatItChecked() throws Exception {
    String twice =
        contexts("token: p", "token: s")
            .replace("name: staging", "name: prod")
            .replace(
                "cluster: {server: \"" + STAGING,
                "cluster: {insecure-skip-tls-verify: true, server: \"" + STAGING);
    Kubeconfig first = read(Optional.empty(), file(twice));
    assertThat(config(first).getMasterUrl()).startsWith(PROD);
    assertThat(config(first).isTrustCerts()).isFalse();
  }

  @Test
  @DisplayName("the program of a user who is not the chosen one is never run")
  void runsNothing() throws Exception {
    Path trace = folder.resolve("trace");
    Path touch = TestScript.write(folder.resolve("touch"), "echo run > " + trace);
    String exec =
        "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: %s}";
    Path other = file(contexts(exec.formatted(touch), "token: s"));
    assertThat(config(read(Optional.of("staging"), other)).getMasterUrl()).startsWith(STAGING);
    assertThat(trace).doesNotExist();
  }

  @Test
  @DisplayName("what another context allows itself does not hold for the chosen one")
  void takesNothingFromOthers() throws Exception {
    String open =
        contexts("token: p", "token: s")
            .replace(
                "cluster: {server: \"" + PROD,
                "cluster: {insecure-skip-tls-verify: true, server: \"" + PROD);
    Config config = config(read(Optional.of("staging"), file(open)));
    assertThat(config.isTrustCerts()).isFalse();
    assertThat(config.isDisableHostnameVerification()).isFalse();
  }

  @Test
  @DisplayName("paths are relative to the folder of the file, and stay as they are in content")
  void resolvesPaths() throws Exception {
    String named =
        contexts("{client-certificate: tls/c.crt, client-key: /tls/c.key}", "token: s")
            .replace("server: \"" + PROD, "certificate-authority: ca.crt, server: \"" + PROD);
    Config fromFile = config(read(Optional.empty(), file(named)));
    assertThat(fromFile.getCaCertFile()).isEqualTo(folder.resolve("ca.crt").toString());
    assertThat(fromFile.getClientCertFile()).isEqualTo(folder.resolve("tls/c.crt").toString());
    assertThat(fromFile.getClientKeyFile()).isEqualTo("/tls/c.key");

    Kubeconfig content =
        Kubeconfig.read(
            new KubeconfigContent(
                Sensitive.of(named), Optional.empty(), Set.of(KubeconfigFeature.FILES)));
    assertThat(config(content).getCaCertFile()).isEqualTo("ca.crt");
  }

  @ParameterizedTest
  @DisplayName("a server without a scheme is asked over TLS, where anything is said of that")
  @ValueSource(
      strings = {
        "certificate-authority-data: YQ==",
        "certificate-authority: ca.crt",
        "insecure-skip-tls-verify: true"
      })
  void completesTheServer(String said) throws Exception {
    String bare =
        contexts("token: p", "token: s")
            .replace("server: \"" + PROD, said + ", server: \"prod:6443");
    Config config =
        config(
            Kubeconfig.read(
                new KubeconfigFile(
                    file(bare), Optional.empty(), Set.of(KubeconfigFeature.values()))));
    assertThat(config.getMasterUrl()).isEqualTo("https://prod:6443/");
  }

  @ParameterizedTest
  @DisplayName("a server that nobody knows how to reach is refused, and not tried in the clear")
  @ValueSource(strings = {"prod:6443", "ftp://prod", "//prod", "unix:///run/prod"})
  void refusesServers(String server) throws Exception {
    String bare = contexts("token: p", "token: s").replace(PROD, server);
    assertThatThrownBy(() -> read(Optional.empty(), file(bare)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("begins with neither https:// nor http://");
  }

  @Test
  @DisplayName("a renewed credential is that of the same context, whichever is current by then")
  void renewsTheSameContext() throws Exception {
    Path file = file(contexts("token: p", "token: s"));
    Kubeconfig prod = read(Optional.empty(), file);
    Credential refused = prod.credentials().current();

    file(
        contexts("token: p", "token: s")
            .replace("current-context: prod", "current-context: staging"));
    assertThat(prod.credentials().refused(refused)).as("nothing new").isFalse();
    assertThat(token(prod)).isEqualTo("Bearer p");

    file(
        contexts("token: p2", "token: s")
            .replace("current-context: prod", "current-context: staging"));
    assertThat(prod.credentials().refused(refused)).isTrue();
    assertThat(token(prod)).isEqualTo("Bearer p2");
  }

  @Test
  @DisplayName("a credential that a file holds for another server by then is not taken")
  void refusesAnotherServer() throws Exception {
    Path file = file(contexts("token: p", "token: s"));
    Kubeconfig prod = read(Optional.empty(), file);
    Credential refused = prod.credentials().current();

    file(contexts("token: other", "token: s").replace(PROD, "https://new.example.org"));
    assertThat(prod.credentials().refused(refused)).isFalse();
    assertThat(token(prod)).isEqualTo("Bearer p");
  }

  @ParameterizedTest
  @DisplayName("a part that is missing is told by name")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "current-context: c | has no context 'c', only []",
        "contexts: [{context: {cluster: c, user: u}}] | has no context '', only []",
        "current-context: c; contexts: [null, {name: c}]; clusters: null | context 'c' names neither",
        "current-context: c; contexts: [{name: c, context: {cluster: c}}]; clusters: [{cluster: {server: 'https://s'}}] | server of cluster 'c', which is missing",
        "current-context: c; contexts: [{name: c, context: {cluster: c}}]; clusters: [{name: c, cluster: {}}] | server of cluster 'c', which is missing",
        "current-context: c; contexts: [{name: c, context: {cluster: c, user: u}}]; clusters: [{name: c, cluster: {server: 'https://s'}}]; users: [{user: {token: x}}] | names user 'u', which is missing",
      })
  void tellsWhatIsMissing(String content, String told) throws Exception {
    Path file = file(content.replace("; ", "\n"));
    assertThatThrownBy(() -> read(Optional.empty(), file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(told);
  }

  private static Kubeconfig read(Optional<String> context, Path file) {
    return Kubeconfig.read(new KubeconfigFile(file, context));
  }

  private static Config config(Kubeconfig kubeconfig) {
    return kubeconfig.template().config(Optional.empty());
  }

  private static String token(Kubeconfig kubeconfig) throws CredentialException {
    return kubeconfig.credentials().current().authorization().orElseThrow().reveal();
  }

  private Path file(String content) throws Exception {
    return Files.writeString(folder.resolve("kubeconfig"), content);
  }

  private static String contexts(String prod, String staging) {
    return """
        apiVersion: v1
        kind: Config
        current-context: prod
        contexts:
        - {name: prod, context: {cluster: prod, user: prod}}
        - {name: staging, context: {cluster: staging, user: staging}}
        clusters:
        - name: prod
          cluster: {server: "%s"}
        - name: staging
          cluster: {server: "%s"}
        users:
        - name: prod
          user:
            %s
        - name: staging
          user:
            %s
        """
        .formatted(PROD, STAGING, prod, staging);
  }
}
