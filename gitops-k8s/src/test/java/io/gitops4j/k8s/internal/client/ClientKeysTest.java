package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.testing.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client shows of itself, where the JVM has a certificate of its own. */
class ClientKeysTest {
  private static final String STORE = "javax.net.ssl.keyStore";

  @TempDir Path folder;
  private TestAuthority authority;

  @BeforeEach
  void begin() throws Exception {
    authority = new TestAuthority(folder, "authority");
  }

  @AfterEach
  void forget() {
    System.clearProperty(STORE);
    System.clearProperty(STORE + "Password");
  }

  @ParameterizedTest
  @DisplayName("the certificate of the kubeconfig is the only one, whatever key store the JVM has")
  @ValueSource(strings = {"changeit", "another"})
  void showsItsOwn(String password) throws Exception {
    TestAuthority.Client ambient = authority.client("ambient");
    TestAuthority.Client ours = authority.client("ours");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "a",
        KeyFactory.getInstance("RSA")
            .generatePrivate(
                new PKCS8EncodedKeySpec(
                    Base64.getMimeDecoder().decode(ambient.key().replaceAll("-----.*-----", "")))),
        password.toCharArray(),
        new Certificate[] {certificate(ambient)});
    Path file = folder.resolve("ambient.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    System.setProperty(STORE, file.toString());
    System.setProperty(STORE + "Password", password);

    KeyManager[] keys = ClientKeys.takenFrom(config(ours.certificate(), ours.key()));
    assertThat(keys).hasSize(1);
    X509KeyManager shown = (X509KeyManager) keys[0];
    String[] aliases = shown.getClientAliases("RSA", null);
    assertThat(aliases).hasSize(1);
    assertThat(shown.getCertificateChain(aliases[0])).containsExactly(certificate(ours));
    assertThat(shown.getPrivateKey(aliases[0])).isNotNull();
  }

  @Test
  @DisplayName("nothing is shown where the kubeconfig names nothing")
  void showsNothing() {
    assertThat(ClientKeys.takenFrom(Config.empty())).isNull();
  }

  @Test
  @DisplayName("a key that cannot be read is an error that quotes nothing of it")
  void refusesBadKeys() throws Exception {
    String certificate = authority.client("ours").certificate();
    assertThatThrownBy(() -> ClientKeys.takenFrom(config(certificate, "s3cret")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("https://c.example.org")
        .hasMessageNotContaining("s3cret");
  }

  private static Config config(String certificate, String key) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://c.example.org")
        .withClientCertData(base64(certificate))
        .withClientKeyData(base64(key))
        .build();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static X509Certificate certificate(TestAuthority.Client client) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(client.certificate().getBytes(StandardCharsets.US_ASCII)));
  }
}
