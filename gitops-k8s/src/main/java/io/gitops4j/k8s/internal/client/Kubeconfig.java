package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.Config;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a kubeconfig comes to: where to, and with what. Immutable.
 *
 * @param credentials of each request
 * @param template of the client
 */
record Kubeconfig(Credentials credentials, Template template) {
  /** A client's configuration without a credential but the certificate of its connection. */
  @FunctionalInterface
  interface Template {
    /** Makes one; the certificate replaces that of the kubeconfig. */
    Config config(Optional<Credential.Certificate> certificate);
  }

  static Kubeconfig read(KubeconfigFile access) {
    Path file = access.file();
    String content;
    try {
      content = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), List.of("the kubeconfig cannot be read: " + e.getMessage()));
    }
    return new KubeconfigReader(
            file.toString(),
            access.context(),
            Optional.of(file),
            access.allowed(),
            access.plugins())
        .read(content);
  }

  static Kubeconfig read(KubeconfigContent access) {
    return new KubeconfigReader(
            "kubeconfig content",
            access.context(),
            Optional.empty(),
            access.allowed(),
            access.plugins())
        .read(access.content().reveal());
  }
}
