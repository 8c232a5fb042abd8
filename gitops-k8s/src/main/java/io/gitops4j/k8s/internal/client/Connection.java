package io.gitops4j.k8s.internal.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.InCluster;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.KubernetesConfig.LentClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The way to a server: a client, and the credentials that its requests carry. A request that is
 * refused for its credential is sent once more, if another one can be had. Thread-safe.
 */
public final class Connection implements AutoCloseable {
  /** The name that fabric8's client has for what logs requests, and keeps to itself. */
  private static final String LOGGING = "HttpLogging";

  private static final int LEAST_PATIENCE_MILLIS = 5_000;
  private static final int MOST_PATIENCE_MILLIS = 30_000;

  private static final Path POD = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final KubernetesClient client;
  private final Credentials credentials;
  private final Optional<Kubeconfig.Template> template;
  private final int timeoutMillis;
  private Optional<Certified> certified = Optional.empty();

  private Connection(
      KubernetesClient client,
      Credentials credentials,
      Optional<Kubeconfig.Template> template,
      int timeoutMillis) {
    this.client = client;
    this.credentials = credentials;
    this.template = template;
    this.timeoutMillis = timeoutMillis;
  }

  /** A client for a certificate that a program gave: TLS knows it before any request. */
  private record Certified(Credential.Certificate certificate, KubernetesClient client) {}

  /** Makes or takes the client; contacts nothing. */
  public static Connection open(KubernetesConfig.Access access, Duration timeout) {
    int millis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
    if (access instanceof LentClient lent) {
      return new Connection(
          lent.client(), Credentials.fixed(Credential.none()), Optional.empty(), millis);
    }
    if (access instanceof KubeconfigFile file) {
      return open(Kubeconfig.read(file), millis);
    } else if (access instanceof KubeconfigContent content) {
      return open(Kubeconfig.read(content), millis);
    } else if (access instanceof InCluster) {
      return open(inCluster(), millis);
    }
    throw new IllegalStateException("no other access exists: " + access);
  }

  private static Connection open(Kubeconfig kubeconfig, int timeoutMillis) {
    return new Connection(
        client(kubeconfig.template().config(Optional.empty()), timeoutMillis),
        kubeconfig.credentials(),
        Optional.of(kubeconfig.template()),
        timeoutMillis);
  }

  private static KubernetesClient client(Config config, int timeoutMillis) {
    config.setRequestTimeout(timeoutMillis);
    // Retries are ours: the client's own would repeat what no retry mends.
    config.setRequestRetryBackoffLimit(0);
    TrustManager[] trusted = ServerTrust.takenFrom(config);
    KeyManager @Nullable [] keys = ClientKeys.takenFrom(config);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new DirectHttpClientFactory(patience(timeoutMillis)))
        .withHttpClientBuilderConsumer(
            http -> {
              // Its own renewal of tokens would read a kubeconfig anew, and run what that names.
              http.addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, null);
              // It writes tokens and Secrets into a log whose level is TRACE.
              http.addOrReplaceInterceptor(LOGGING, null);
              http.sslContext(keys, trusted);
            })
        .build();
  }

  /** A connection that a network lost should not take more than one request with it. */
  private static Duration patience(int timeoutMillis) {
    return Duration.ofMillis(
        Math.max(LEAST_PATIENCE_MILLIS, Math.min(timeoutMillis / 2, MOST_PATIENCE_MILLIS)));
  }

  /** Where it leads, as an address. */
  String server() {
    return client.getMasterUrl().toString();
  }

  /** Begins a request. */
  HttpRequest.Builder newRequest() {
    return client.getHttpClient().newHttpRequestBuilder();
  }

  /**
   * Sends; the answer has begun when it is told. Without a credential it ends with a {@link
   * CredentialException}, and nothing was sent.
   *
   * @param request made anew for each attempt
   */
  CompletableFuture<HttpResponse<AsyncBody>> send(
      Supplier<HttpRequest.Builder> request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    CompletableFuture<HttpResponse<AsyncBody>> begun = new CompletableFuture<>();
    send(request, consumer, begun, true);
    return begun;
  }

  private void send(
      Supplier<HttpRequest.Builder> request,
      AsyncBody.Consumer<List<ByteBuffer>> consumer,
      CompletableFuture<HttpResponse<AsyncBody>> begun,
      boolean again) {
    Credential credential;
    CompletableFuture<HttpResponse<AsyncBody>> sent;
    try {
      credential = credentials.current();
      HttpRequest.Builder made = request.get();
      credential
          .authorization()
          .ifPresent(header -> made.setHeader("Authorization", header.reveal()));
      sent = clientFor(credential).getHttpClient().consumeBytes(made.build(), consumer);
    } catch (CredentialException | RuntimeException e) {
      begun.completeExceptionally(e);
      return;
    }
    begun.whenComplete((answer, thrown) -> cancel(sent, thrown));
    sent.whenComplete(
        (answer, thrown) -> {
          if (thrown != null) {
            begun.completeExceptionally(thrown);
          } else if (again && answer.code() == 401 && refused(credential, begun)) {
            answer.body().cancel();
            send(request, consumer, begun, false);
          } else if (!begun.complete(answer)) {
            answer.body().cancel(); // nobody waits for it any more
          }
        });
  }

  /** A rule of the embedder may fail: whoever waits for the answer has to hear of it. */
  private boolean refused(Credential credential, CompletableFuture<HttpResponse<AsyncBody>> begun) {
    try {
      return credentials.refused(credential);
    } catch (RuntimeException e) {
      begun.completeExceptionally(e);
      return false;
    }
  }

  private static void cancel(CompletableFuture<?> sent, Throwable thrown) {
    if (thrown != null) {
      sent.cancel(true);
    }
  }

  /** One client for each certificate; one that was replaced goes with its last answer. */
  private synchronized KubernetesClient clientFor(Credential credential)
      throws CredentialException {
    if (credential.certificate().isEmpty()) {
      return client;
    }
    Credential.Certificate wanted = credential.certificate().get();
    if (certified.filter(c -> c.certificate().equals(wanted)).isEmpty()) {
      try {
        certified =
            Optional.of(
                new Certified(
                    wanted,
                    client(template.orElseThrow().config(Optional.of(wanted)), timeoutMillis)));
      } catch (ConfigurationException e) {
        throw new CredentialException(
            String.join("; ", e.problems()),
            "look at the kubeconfig, and at what the plugin gives",
            Retryability.RETRY);
      } catch (RuntimeException e) {
        // What it says may quote the key.
        throw new CredentialException(
            "the client certificate of the exec credential plugin, or its key, cannot be read",
            "let it give both as PEM",
            Retryability.RETRY);
      }
    }
    return certified.orElseThrow().client();
  }

  @Override
  public synchronized void close() {
    certified.ifPresent(c -> c.client().close());
    if (template.isPresent()) { // else the client is lent
      client.close();
    }
  }

  private static Kubeconfig inCluster() {
    String host = System.getenv("KUBERNETES_SERVICE_HOST");
    String port = System.getenv("KUBERNETES_SERVICE_PORT");
    if (host == null || port == null || !Files.exists(POD.resolve("token"))) {
      throw new ConfigurationException(
          "in-cluster access",
          List.of("this does not run in a pod with a service account; give a kubeconfig"));
    }
    String shownHost = host.contains(":") ? "[" + host + "]" : host;
    // The token is renewed in its file: it is read again for every request.
    return new Kubeconfig(
        FileCredentials.token(POD.resolve("token")),
        certificate ->
            new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + shownHost + ":" + port + "/")
                .withCaCertFile(POD.resolve("ca.crt").toString())
                .build());
  }
}
