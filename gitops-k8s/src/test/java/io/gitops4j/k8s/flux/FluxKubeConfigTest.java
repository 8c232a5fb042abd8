package io.gitops4j.k8s.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FluxKubeConfigTest {
  private static final Path TOKEN = Path.of("/var/run/secrets/tokens/remote");

  @Test
  @DisplayName("a kubeconfig is taken from the key that is named, else from value, else value.yaml")
  void takesTheKey() {
    String both = "stringData: {value: one, value.yaml: two, other: three}";
    assertThat(content(both, Optional.empty())).isEqualTo("one");
    assertThat(content(both, Optional.of("other"))).isEqualTo("three");
    assertThat(content("stringData: {value.yaml: two}", Optional.empty())).isEqualTo("two");
    assertThat(content("data: {value: b25l}", Optional.empty())).isEqualTo("one");
    assertThatThrownBy(() -> content("stringData: {kubeconfig: canary}", Optional.empty()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("under [value, value.yaml], only keys [kubeconfig]")
        .hasMessageNotContaining("canary");
    assertThatThrownBy(() -> content("stringData: {value: one}", Optional.of("other")))
        .hasMessageContaining("under [other]");
  }

  @ParameterizedTest
  @DisplayName("one in a Secret names no file, and no program that is not allowed")
  @ValueSource(
      strings = {
        "tokenFile: /etc/passwd",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: other}",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: /usr/bin/aws}"
      })
  void reachesNoFurther(String user) {
    byte[] secret = secret("stringData: {value: '" + kubeconfig(user) + "'}");
    KubernetesConfig.Access access =
        FluxKubeConfig.secret(
            "s", secret, Optional.empty(), ExecPlugins.none().allowFromPath("aws"));
    assertThatThrownBy(
            () -> KubernetesDestination.connect(KubernetesConfig.builder(access).build()))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  @DisplayName("a generic cluster of a ConfigMap is logged in to with the token file that is given")
  void takesAGenericCluster() {
    KubernetesConfig.KubeconfigContent access =
        FluxKubeConfig.configMap(
            "c",
            configMap("{provider: generic, address: 'c.example.org:6443', ca.crt: PEM}"),
            TOKEN);
    assertThat(access.allowed()).containsExactly(KubeconfigFeature.FILES);
    assertThat(access.content().reveal())
        .contains("\"server\":\"https://c.example.org:6443\"")
        .contains("\"certificate-authority-data\":\"UEVN\"")
        .contains("\"tokenFile\":\"" + TOKEN + "\"");
  }

  @ParameterizedTest
  @DisplayName("what cannot be logged in to is told, for a cloud with what to do instead")
  @CsvSource(
      delimiter = '|',
      value = {
        "{provider: aws, cluster: arn} | whose exec names aws, kubelogin",
        "{provider: azure, cluster: id} | allow that program by name",
        "{provider: gcp, cluster: id} | allow that program by name",
        "{provider: other} | provider is none of",
        "{} | provider is none of",
        "{provider: generic} | address is missing",
        "{provider: generic, address: 'http://c.example.org'} | address is not https"
      })
  void tellsWhatToDo(String data, String told) {
    assertThatThrownBy(() -> FluxKubeConfig.configMap("c", configMap(data), TOKEN))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(told);
  }

  private static String content(String data, Optional<String> key) {
    return FluxKubeConfig.secret("s", secret(data), key, ExecPlugins.none()).content().reveal();
  }

  private static byte[] secret(String data) {
    return ("apiVersion: v1\nkind: Secret\nmetadata: {name: remote, namespace: flux}\n" + data)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] configMap(String data) {
    return ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: remote}\ndata: " + data)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String kubeconfig(String user) {
    return "{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: \"https://c.example.org\"}}], users: [{name: u, user: {"
        + user
        + "}}]}";
  }
}
