package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.CertUtils;
import io.gitops4j.error.ConfigurationException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows of itself: the certificate of its kubeconfig, and nothing else. The HTTP
 * client of fabric8 puts it beside those of the JVM's key store ({@code javax.net.ssl.keyStore}),
 * out of which the handshake may choose another.
 */
final class ClientKeys {
  private ClientKeys() {}

  /**
   * The certificate and key of a configuration, which it names no more then; null where it names
   * none.
   *
   * @throws ConfigurationException when they cannot be read
   */
  static KeyManager @Nullable [] takenFrom(Config config) {
    String certificate = said(config.getClientCertData());
    String certificateFile = config.getClientCertFile();
    String key = said(config.getClientKeyData());
    String keyFile = config.getClientKeyFile();
    config.setClientCertData(null);
    config.setClientCertFile(null);
    config.setClientKeyData(null);
    config.setClientKeyFile(null);
    if (!KubeconfigReader.given(certificate) && !KubeconfigReader.given(certificateFile)
        || !KubeconfigReader.given(key) && !KubeconfigReader.given(keyFile)) {
      return null;
    }
    char[] password = config.getClientKeyPassphrase().toCharArray();
    try {
      KeyStore withOthers =
          CertUtils.createKeyStore(
              CertUtils.getInputStreamFromDataOrFile(certificate, certificateFile),
              CertUtils.getInputStreamFromDataOrFile(key, keyFile),
              config.getClientKeyAlgo(),
              password,
              "",
              password);
      Collection<? extends Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  CertUtils.getInputStreamFromDataOrFile(certificate, certificateFile));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(only(chain.iterator().next(), withOthers, password), password);
      return keys.getKeyManagers();
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      // What it says may quote the key.
      throw new ConfigurationException(
          config.getMasterUrl(),
          List.of(
              "the client certificate of its user, or its key, cannot be read: give both as PEM"));
    }
  }

  /** An empty text beside a file would come before it. */
  private static @Nullable String said(@Nullable String text) {
    return KubeconfigReader.given(text) ? text : null;
  }

  private static KeyStore only(Certificate wanted, KeyStore all, char[] password)
      throws GeneralSecurityException, IOException {
    KeyStore only = KeyStore.getInstance("PKCS12");
    only.load(null, null);
    for (String alias : Collections.list(all.aliases())) {
      if (all.isKeyEntry(alias) && wanted.equals(all.getCertificate(alias))) {
        only.setKeyEntry(
            "client", all.getKey(alias, password), password, all.getCertificateChain(alias));
      }
    }
    return only;
  }
}
