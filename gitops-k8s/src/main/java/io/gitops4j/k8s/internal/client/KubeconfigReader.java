package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubeconfigFeature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a kubeconfig, and refuses what reaches beyond it unless that was allowed. */
final class KubeconfigReader {
  private final String subject;
  private final Set<KubeconfigFeature> allowed;
  private final List<String> problems = new ArrayList<>();

  private KubeconfigReader(String subject, Set<KubeconfigFeature> allowed) {
    this.subject = subject;
    this.allowed = allowed;
  }

  /** The client's configuration, from nothing but the content and what that may name. */
  static Config read(
      String content,
      Optional<String> context,
      Optional<Path> file,
      Set<KubeconfigFeature> allowed,
      String subject) {
    KubeconfigReader reader = new KubeconfigReader(subject, allowed);
    io.fabric8.kubernetes.api.model.Config parsed;
    try {
      parsed = Serialization.unmarshal(content, io.fabric8.kubernetes.api.model.Config.class);
    } catch (RuntimeException e) {
      throw reader.unreadable();
    }
    if (parsed == null) {
      throw reader.unreadable();
    }
    context.ifPresent(parsed::setCurrentContext);
    reader.check(parsed);
    String chosen = context.isPresent() ? Serialization.asYaml(parsed) : content;
    try {
      return file.isPresent()
          ? Config.fromKubeconfig(chosen, file.get().toFile())
          : Config.fromKubeconfig(chosen);
    } catch (RuntimeException e) {
      throw reader.unreadable();
    }
  }

  /** The parser's message may quote the content, and with it a credential. */
  private ConfigurationException unreadable() {
    return new ConfigurationException(subject, List.of("it cannot be read as a kubeconfig"));
  }

  private void check(io.fabric8.kubernetes.api.model.Config parsed) {
    String name = parsed.getCurrentContext();
    Optional<NamedContext> context =
        parsed.getContexts().stream().filter(c -> c.getName().equals(name)).findFirst();
    if (context.isEmpty()) {
      List<String> names = parsed.getContexts().stream().map(NamedContext::getName).toList();
      throw new ConfigurationException(
          subject, List.of("it has no context '" + name + "', only " + names));
    }
    String user = context.get().getContext().getUser();
    String cluster = context.get().getContext().getCluster();
    parsed.getUsers().stream()
        .filter(u -> u.getName().equals(user))
        .map(NamedAuthInfo::getUser)
        .findFirst()
        .ifPresent(u -> check("user '" + user + "'", u));
    parsed.getClusters().stream()
        .filter(c -> c.getName().equals(cluster))
        .map(NamedCluster::getCluster)
        .findFirst()
        .ifPresent(c -> check("cluster '" + cluster + "'", c));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(subject, problems);
    }
  }

  private void check(String who, AuthInfo user) {
    // A program that a file names: none runs unless it was asked for.
    if (user.getExec() != null) {
      problems.add(
          who
              + " uses an exec credential plugin, which is not run; give a kubeconfig with a"
              + " token or certificate, or lend a client that runs the plugin");
    }
    if (user.getAuthProvider() != null) {
      problems.add(
          who + " uses an auth-provider, which is not run; give a token, or lend a client");
    }
    named(who, "tokenFile", user.getTokenFile());
    named(who, "client-key", user.getClientKey());
    named(who, "client-certificate", user.getClientCertificate());
  }

  private void check(String which, Cluster cluster) {
    named(which, "certificate-authority", cluster.getCertificateAuthority());
    if (Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify())) {
      refuse(which, "does not check the server's certificate", KubeconfigFeature.INSECURE_TLS);
    }
    if (cluster.getProxyUrl() != null) {
      refuse(which, "sends everything through a proxy", KubeconfigFeature.PROXY);
    }
  }

  private void named(String who, String what, @Nullable String path) {
    if (path != null && !path.isEmpty()) {
      refuse(who, "names the file of its " + what, KubeconfigFeature.FILES);
    }
  }

  private void refuse(String who, String does, KubeconfigFeature feature) {
    if (!allowed.contains(feature)) {
      problems.add(
          who + " " + does + ", which is refused; to allow it, add " + feature + " to its access");
    }
  }
}
