package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.InCluster;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.KubernetesConfig.LentClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
          kubeconfig(
              read(file.file()), file.context(), file.file().toFile(), file.file().toString());
    } else if (access instanceof KubeconfigContent content) {
      config =
          kubeconfig(content.content().reveal(), content.context(), null, "kubeconfig content");
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
    return new Connection(new KubernetesClientBuilder().withConfig(config).build(), true);
  }

  @Override
  public void close() {
    if (ours) {
      client.close();
    }
  }

  private static Config kubeconfig(
      String content, Optional<String> context, @Nullable File file, String subject) {
    try {
      io.fabric8.kubernetes.api.model.Config parsed =
          Serialization.unmarshal(content, io.fabric8.kubernetes.api.model.Config.class);
      context.ifPresent(parsed::setCurrentContext);
      check(parsed, subject);
      String chosen = context.isPresent() ? Serialization.asYaml(parsed) : content;
      return file == null ? Config.fromKubeconfig(chosen) : Config.fromKubeconfig(chosen, file);
    } catch (KubernetesClientException | IllegalArgumentException e) {
      // The parser's message may quote the content, and with it a credential.
      throw new ConfigurationException(subject, List.of("it cannot be read as a kubeconfig"));
    }
  }

  private static void check(io.fabric8.kubernetes.api.model.Config parsed, String subject) {
    String name = parsed.getCurrentContext();
    List<String> names = parsed.getContexts().stream().map(NamedContext::getName).toList();
    if (name == null || !names.contains(name)) {
      throw new ConfigurationException(
          subject, List.of("it has no context '" + name + "', only " + names));
    }
    String user =
        parsed.getContexts().stream()
            .filter(c -> c.getName().equals(name))
            .map(c -> c.getContext().getUser())
            .findFirst()
            .orElse("");
    // An exec plugin is a program that a file names: none runs unless it was asked for.
    boolean exec =
        parsed.getUsers().stream()
            .anyMatch(u -> u.getName().equals(user) && u.getUser().getExec() != null);
    if (exec) {
      throw new ConfigurationException(
          subject,
          List.of(
              "user '"
                  + user
                  + "' uses an exec credential plugin, which is not run; give a kubeconfig with a"
                  + " token or certificate, or lend a client that runs the plugin"));
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
