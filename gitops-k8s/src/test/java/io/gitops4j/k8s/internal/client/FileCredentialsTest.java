package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens in files that somebody writes. */
class FileCredentialsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @DisplayName("what cannot be sent is no token: the old one stays, and without one that is told")
  @ValueSource(strings = {"", " \n", "canary\ncanary\n", "canary canary", "canary\u00e4"})
  void keepsTheOldOne(String wrong) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), wrong);
    Credentials credentials = FileCredentials.token(file);
    assertThatThrownBy(credentials::current)
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("holds nothing that can be sent")
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("canary");

    Files.writeString(file, "first\n");
    assertThat(token(credentials)).isEqualTo("Bearer first");
    Files.writeString(file, wrong);
    assertThat(token(credentials)).isEqualTo("Bearer first");
    Files.writeString(file, "second");
    assertThat(token(credentials)).isEqualTo("Bearer second");
  }

  @Test
  @DisplayName(
      "the token of a kubeconfig may end with a line break, and is refused with one inside")
  void refusesWhatCannotBeSent() throws Exception {
    assertThat(token(kubeconfig("\"good\\n\"").credentials())).isEqualTo("Bearer good");
    for (String wrong : new String[] {"\"canary\\ncanary\"", "' '", "canary canary"}) {
      assertThatThrownBy(() -> kubeconfig(wrong))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("has a token that cannot be sent")
          .hasMessageNotContaining("canary");
    }
  }

  private Kubeconfig kubeconfig(String token) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            current-context: c
            contexts: [{name: c, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: 'https://c.example.org'}}]
            users: [{name: u, user: {token: %s}}]
            """
                .formatted(token));
    return Kubeconfig.read(new KubeconfigFile(file, Optional.empty()));
  }

  private static String token(Credentials credentials) throws CredentialException {
    return credentials.current().authorization().orElseThrow().reveal();
  }
}
