package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.gitops4j.error.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom a client takes for its server: who is certified by an authority that the kubeconfig names,
 * and nobody else, as with client-go. The HTTP client of fabric8 adds the named ones to all that
 * the JVM trusts, so that every public authority could vouch for another server.
 */
final class ServerTrust {
  private ServerTrust() {}

  /**
   * What a configuration's authorities come to, which it names no more then; the JVM's where it
   * names none, and nobody is checked where it says so.
   *
   * @throws ConfigurationException when what it names holds no certificate
   */
  static TrustManager[] takenFrom(Config config) {
    String data = config.getCaCertData();
    String file = config.getCaCertFile();
    config.setCaCertData(null);
    config.setCaCertFile(null);
    if (KubeconfigReader.given(data)) {
      // As client-go: what is in the kubeconfig comes before a file.
      return only(decoded(data, config), config, "its certificate-authority-data");
    }
    if (KubeconfigReader.given(file)) {
      return only(read(file, config), config, "the certificate-authority " + file);
    }
    try {
      return SSLUtils.trustManagers(config);
    } catch (GeneralSecurityException | IOException e) {
      throw refused(config, "what the JVM trusts cannot be read: " + e.getMessage());
    }
  }

  /** Line breaks, which YAML may leave in, are no part of it. */
  private static byte[] decoded(String base64, Config config) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw refused(
          config,
          "its certificate-authority-data is not base64: give what kubectl config view --raw shows");
    }
  }

  private static byte[] read(String file, Config config) {
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw refused(config, "the certificate-authority " + file + " cannot be read: " + e);
    }
  }

  private static TrustManager[] only(byte[] pem, Config config, String what) {
    try {
      List<Certificate> authorities =
          new ArrayList<>(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(pem)));
      if (authorities.isEmpty()) {
        throw refused(
            config, what + " holds no certificate in PEM: give that of the server's authority");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), authorities.get(i));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw refused(
          config,
          what + " cannot be read as certificates in PEM: give that of the server's authority");
    }
  }

  private static ConfigurationException refused(Config config, String problem) {
    return new ConfigurationException(config.getMasterUrl(), List.of(problem));
  }
}
