package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.InCluster;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.KubernetesConfig.LentClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A client, and whether it is ours to close. */
public record Connection(KubernetesClient client, boolean ours) implements AutoCloseable {
  private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /** Makes or takes the client; contacts nothing. */
  public static Connection open(KubernetesConfig.Access access, Duration timeout) {
    if (access instanceof LentClient lent) {
      return new Connection(lent.client(), false);
    }
    Config config;
    if (access instanceof KubeconfigFile file) {
      config =
          KubeconfigReader.read(
              read(file.file()),
              file.context(),
              Optional.of(file.file()),
              file.allowed(),
              file.file().toString());
    } else if (access instanceof KubeconfigContent content) {
      config =
          KubeconfigReader.read(
              content.content().reveal(),
              content.context(),
              Optional.empty(),
              content.allowed(),
              "kubeconfig content");
    } else if (access instanceof InCluster) {
      config = inCluster();
    } else {
      throw new IllegalStateException("no other access exists: " + access);
    }
    config.setRequestTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    // Retries are ours: the client's own would repeat what no retry mends.
    config.setRequestRetryBackoffLimit(0);
    // The JDK's HTTP/2 loses an answer that the server sends just before it closes the connection,
    // as it does with every 401: a refusal would look like a fault of the network.
    config.setHttp2Disable(true);
    return new Connection(
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new DirectHttpClientFactory())
            .build(),
        true);
  }

  @Override
  public void close() {
    if (ours) {
      client.close();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), List.of("the kubeconfig cannot be read: " + e.getMessage()));
    }
  }

  private static Config inCluster() {
    String host = System.getenv("KUBERNETES_SERVICE_HOST");
    String port = System.getenv("KUBERNETES_SERVICE_PORT");
    if (host == null || port == null || !Files.exists(POD.resolve("token"))) {
      throw new ConfigurationException(
          "in-cluster access",
          List.of("this does not run in a pod with a service account; give a kubeconfig"));
    }
    String shownHost = host.contains(":") ? "[" + host + "]" : host;
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("https://" + shownHost + ":" + port + "/")
            .withCaCertFile(POD.resolve("ca.crt").toString())
            .build();
    // The token is renewed in its file: it is read again for every request that needs it.
    config.setOauthTokenProvider(() -> read(POD.resolve("token")).strip());
    return config;
  }
}
