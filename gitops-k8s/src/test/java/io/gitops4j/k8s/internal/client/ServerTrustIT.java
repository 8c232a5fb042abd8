package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.testing.TestAuthority;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a client takes for its server, where the JVM trusts the server's certificate. */
class ServerTrustIT {
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";

  @TempDir Path folder;
  private final TestCluster cluster = TestCluster.shared();
  private final String kubeconfig = cluster.kubeconfig("admintoken");
  private final String authority =
      kubeconfig.replaceAll("(?s).*certificate-authority-data: ([^}]+)}.*", "$1");
  private final Optional<String> before = Optional.ofNullable(System.getProperty(TRUST_STORE));

  @BeforeEach
  void trustTheServerInTheJvm() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "server",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(authority))));
    Path file = folder.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    System.setProperty(TRUST_STORE, file.toString());
    System.setProperty(TRUST_STORE + "Password", "changeit");
  }

  @AfterEach
  void trustAsBefore() {
    before.ifPresentOrElse(
        b -> System.setProperty(TRUST_STORE, b), () -> System.clearProperty(TRUST_STORE));
    System.clearProperty(TRUST_STORE + "Password");
  }

  @Test
  @DisplayName("an authority of the kubeconfig is the only one that may vouch for the server")
  void trustsTheNamedAlone() throws Exception {
    byte[] other = Files.readAllBytes(new TestAuthority(folder, "other").certificateFile());
    assertThatThrownBy(() -> ask(naming(other)))
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining(SSLHandshakeException.class.getName());

    byte[] several = (text(other) + "# ours\n" + text(decoded()) + "# end\n").getBytes();
    assertThat(ask(naming(several)).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("what the JVM trusts counts where the kubeconfig names no authority")
  void trustsAsTheJvm() throws Exception {
    String none = kubeconfig.replace(", certificate-authority-data: " + authority, "");
    assertThat(ask(none).code()).isEqualTo(200);
  }

  @Test
  @DisplayName("an authority in a file counts, too, and one in the kubeconfig before it")
  void readsFiles() throws Exception {
    Path file = Files.write(folder.resolve("ca.crt"), decoded());
    String named = "certificate-authority: " + file;
    String inFile = kubeconfig.replace("certificate-authority-data: " + authority, named);
    assertThat(ask(inFile).code()).isEqualTo(200);
    String both = kubeconfig.replace(authority, authority + ", " + named + ".missing");
    assertThat(ask(both).code()).isEqualTo(200);
    assertThatThrownBy(() -> ask(inFile.replace("ca.crt", "none.crt")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(cluster.url().toString())
        .hasMessageContaining("none.crt cannot be read");
  }

  @ParameterizedTest
  @DisplayName("an authority that is no certificate is an error, and not as if none was named")
  @ValueSource(
      strings = {
        "no certificate",
        "\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
      })
  void refusesWhatIsNone(String none) {
    assertThatThrownBy(() -> ask(kubeconfig.replace(authority, "A")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("its certificate-authority-data is not base64");
    assertThatThrownBy(() -> ask(naming(none.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("its certificate-authority-data");
  }

  @Test
  @DisplayName("a kubeconfig that names an authority and does not ask it is refused, as by kubectl")
  void refusesBoth() {
    String both = kubeconfig.replace("cluster: {", "cluster: {insecure-skip-tls-verify: true, ");
    assertThatThrownBy(() -> ask(both))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("names an authority as well");
  }

  private byte[] decoded() {
    return Base64.getDecoder().decode(authority);
  }

  private static String text(byte[] pem) {
    return new String(pem, StandardCharsets.US_ASCII);
  }

  private String naming(byte[] pem) {
    return kubeconfig.replace(authority, Base64.getEncoder().encodeToString(pem));
  }

  private static KubeResponse ask(String kubeconfig) throws Exception {
    try (Connection connection =
        Connection.open(
            new KubeconfigContent(
                Sensitive.of(kubeconfig), Optional.empty(), Set.of(KubeconfigFeature.values())),
            Duration.ofMinutes(1))) {
      return new KubeHttp(connection, Duration.ofMinutes(1), 1)
          .send("GET", "/api", Map.of(), "", "")
          .get(60, TimeUnit.SECONDS);
    }
  }
}
