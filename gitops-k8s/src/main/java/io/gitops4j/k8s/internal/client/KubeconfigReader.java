package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kubeconfig, and refuses what reaches beyond it unless that was allowed. Immutable.
 *
 * @param subject for messages
 * @param file that it is in, which paths in it are relative to; empty when it is in none
 */
record KubeconfigReader(
    String subject,
    Optional<String> context,
    Optional<Path> file,
    Set<KubeconfigFeature> allowed,
    ExecPlugins plugins) {

  /** A context that was checked, and the program that it wants run. */
  private record Chosen(ChosenContext context, Optional<ExecCommand> exec) {}

  Kubeconfig read(String content) {
    Chosen chosen = choose(content, context);
    Credentials credentials = credentials(chosen);
    AuthInfo user = chosen.context().user();
    Cluster cluster = chosen.context().cluster();
    URI proxy = proxy(cluster);
    // Credentials are sent by us. The client gets none: it would renew it, or run what makes it.
    user.setToken(null);
    user.setTokenFile(null);
    user.setExec(null);
    user.setUsername(null);
    user.setPassword(null);
    user.setClientCertificate(path(user.getClientCertificate()));
    user.setClientKey(path(user.getClientKey()));
    cluster.setCertificateAuthority(path(cluster.getCertificateAuthority()));
    cluster.setTlsServerName(null); // the host's own by now, which goes without saying
    return new Kubeconfig(
        credentials,
        certificate -> {
          certificate.ifPresent(
              c -> {
                user.setClientCertificate(null);
                user.setClientKey(null);
                user.setClientCertificateData(base64(c.chain().reveal()));
                user.setClientKeyData(base64(c.key().reveal()));
              });
          return config(chosen.context().alone(), proxy);
        });
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Paths in a file are relative to its folder. */
  private @Nullable String path(@Nullable String named) {
    return named == null || named.isEmpty() ? null : resolved(named).toString();
  }

  private Path resolved(String named) {
    Path path = Path.of(named);
    return file.map(f -> f.toAbsolutePath().resolveSibling(path)).orElse(path);
  }

  /** Of what was checked, as a text: given a file, the client would read all of it itself. */
  private Config config(io.fabric8.kubernetes.api.model.Config checked, @Nullable URI proxy) {
    Config config;
    try {
      config = Config.fromKubeconfig(Serialization.asJson(checked));
    } catch (RuntimeException e) {
      throw unreadable();
    }
    if (proxy != null) {
      config.setHttpsProxy(proxy.toString());
      config.setHttpProxy(proxy.toString());
    }
    return config;
  }

  private Chosen choose(String content, Optional<String> wanted) {
    io.fabric8.kubernetes.api.model.Config parsed;
    try {
      parsed = Serialization.unmarshal(content, io.fabric8.kubernetes.api.model.Config.class);
    } catch (RuntimeException e) {
      throw unreadable();
    }
    if (parsed == null) {
      throw unreadable();
    }
    ChosenContext chosen = ChosenContext.of(subject, parsed, wanted);
    String who = "the user of context '" + chosen.name() + "'";
    String which = "the cluster of context '" + chosen.name() + "'";
    List<String> problems = new ArrayList<>();
    completeServer(which, chosen, problems);
    checkToken(who, chosen.user(), problems);
    Optional<ExecCommand> exec = exec(who, chosen.user(), chosen.cluster(), problems);
    check(who, chosen.user(), problems);
    check(which, chosen.cluster(), problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(subject, problems);
    }
    return new Chosen(chosen, exec);
  }

  /**
   * A server without a scheme is asked over TLS where anything is said of that, as client-go does.
   * The client would try, and send the token in the clear when that fails.
   */
  private static void completeServer(String which, ChosenContext chosen, List<String> problems) {
    Cluster cluster = chosen.cluster();
    AuthInfo user = chosen.user();
    String server = cluster.getServer().strip();
    cluster.setServer(server);
    if (server.matches("(?i)https?://.*")) {
      return;
    }
    boolean tls =
        given(cluster.getCertificateAuthority())
            || given(cluster.getCertificateAuthorityData())
            || given(user.getClientCertificate())
            || given(user.getClientCertificateData())
            || Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify());
    if (tls && !server.contains("://")) {
      cluster.setServer("https://" + server);
    } else {
      problems.add(
          which + " has a server that begins with neither https:// nor http://: write it with one");
    }
  }

  /** As kubectl: a file before a token, both before a program. */
  private Credentials credentials(Chosen chosen) {
    AuthInfo user = chosen.context().user();
    if (given(user.getTokenFile())) {
      return FileCredentials.token(resolved(user.getTokenFile()));
    }
    if (chosen.exec().isPresent()) {
      return new ExecPlugin(chosen.exec().get(), plugins, Clock.systemUTC());
    }
    Credential held = held(user);
    String name = chosen.context().name();
    String server = chosen.context().cluster().getServer();
    // Somebody may write a new token into the file.
    return file.isPresent()
        ? FileCredentials.kubeconfig(file.get(), held, content -> renewed(content, name, server))
        : Credentials.fixed(held);
  }

  /** Of the same context, whichever is current by then, and for the same server. */
  private Credential renewed(String content, String name, String server) {
    ChosenContext chosen = choose(content, Optional.of(name)).context();
    if (!server.equals(chosen.cluster().getServer())) {
      throw new ConfigurationException(subject, List.of("it leads to another server by now"));
    }
    Credential now = held(chosen.user());
    if (now.equals(Credential.none())) {
      throw new ConfigurationException(subject, List.of("it holds no credential any more"));
    }
    return now;
  }

  private static Credential held(AuthInfo user) {
    if (given(user.getToken())) {
      return Credential.bearer(user.getToken());
    }
    return given(user.getUsername()) && given(user.getPassword())
        ? Credential.basic(user.getUsername(), user.getPassword())
        : Credential.none();
  }

  /** Whether a field says something: most of those that say nothing are not there. */
  static boolean given(@Nullable String text) {
    return text != null && !text.isEmpty();
  }

  /** The parser's message may quote the content, and with it a credential. */
  private ConfigurationException unreadable() {
    return new ConfigurationException(subject, List.of("it cannot be read as a kubeconfig"));
  }

  private Optional<ExecCommand> exec(
      String who, AuthInfo user, Cluster cluster, List<String> problems) {
    return user.getExec() == null || given(user.getToken()) || given(user.getTokenFile())
        ? Optional.empty()
        : ExecCommand.read(who, user.getExec(), cluster, plugins, problems);
  }

  /** A text of several lines in YAML ends with a line break, which no token has. */
  private static void checkToken(String who, AuthInfo user, List<String> problems) {
    if (given(user.getToken())) {
      user.setToken(user.getToken().strip());
      if (!Credential.sendable(user.getToken())) {
        problems.add(
            who + " has a token that cannot be sent: write it in one line, without spaces");
      }
    }
  }

  private void check(String who, AuthInfo user, List<String> problems) {
    if (user.getAuthProvider() != null) {
      problems.add(
          who
              + " uses an auth-provider, which is not run: kubectl knows it no more either; use"
              + " the exec plugin of your cloud (kubelogin, aws, gke-gcloud-auth-plugin)");
    }
    if (given(user.getAs())
        || (user.getAsGroups() != null && !user.getAsGroups().isEmpty())
        || given(user.getAsUid())) {
      problems.add(
          who + " acts as somebody else ('as'), which is said by KubernetesConfig.impersonate");
    }
    named(who, "tokenFile", user.getTokenFile(), problems);
    named(who, "client-key", user.getClientKey(), problems);
    named(who, "client-certificate", user.getClientCertificate(), problems);
  }

  private void check(String which, Cluster cluster, List<String> problems) {
    named(which, "certificate-authority", cluster.getCertificateAuthority(), problems);
    if (Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify())) {
      refuse(
          which,
          "does not check the server's certificate",
          KubeconfigFeature.INSECURE_TLS,
          problems);
      if (given(cluster.getCertificateAuthority())
          || given(cluster.getCertificateAuthorityData())) {
        problems.add(
            which + " names an authority as well, which would not be asked: leave one out");
      }
    }
    if (given(cluster.getProxyUrl())) {
      refuse(which, "sends everything through a proxy", KubeconfigFeature.PROXY, problems);
      if (proxy(cluster) == null) {
        problems.add(which + " has a proxy-url that is not http://host:port");
      }
    }
    String name = cluster.getTlsServerName();
    if (given(name) && !name.equals(host(cluster.getServer()))) {
      problems.add(
          which
              + " has the tls-server-name '"
              + name
              + "', which is not the host of its server: the HTTP client checks that; use an address"
              + " that the certificate is for");
    }
  }

  private static @Nullable String host(@Nullable String server) {
    try {
      return server == null ? null : URI.create(server).getHost();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable URI proxy(Cluster cluster) {
    if (!given(cluster.getProxyUrl())) {
      return null;
    }
    try {
      URI url = URI.create(cluster.getProxyUrl());
      return "http".equals(url.getScheme()) && url.getHost() != null ? url : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void named(String who, String what, @Nullable String path, List<String> problems) {
    if (given(path)) {
      refuse(who, "names the file of its " + what, KubeconfigFeature.FILES, problems);
    }
  }

  private void refuse(String who, String does, KubeconfigFeature feature, List<String> problems) {
    if (!allowed.contains(feature)) {
      problems.add(
          who + " " + does + ", which is refused; to allow it, add " + feature + " to its access");
    }
  }
}
