package io.gitops4j.k8s.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real kube-apiserver with its etcd, on free ports of this machine, without controllers. One
 * serves a whole test run; tests keep apart by namespaces.
 */
public final class TestCluster implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Pattern REQUESTS =
      Pattern.compile("apiserver_request_total\\{([^}]*)\\} ([0-9.e+]+)");
  private static @Nullable TestCluster shared;

  private final KubernetesBinaries binaries;
  private final Path folder;
  private final List<String> options;
  private final int securePort;
  private final AtomicInteger namespaces = new AtomicInteger();
  private final Etcd etcd;
  private final ServerProcess server;
  private @Nullable KubernetesClient client;

  private TestCluster(KubernetesBinaries binaries, Path folder, List<String> options)
      throws IOException {
    this.binaries = binaries;
    this.folder = folder;
    this.options = List.copyOf(options);
    this.server = new ServerProcess(folder.resolve("kube-apiserver.log"));
    try (ServerSocket one = new ServerSocket(0);
        ServerSocket two = new ServerSocket(0);
        ServerSocket three = new ServerSocket(0)) {
      etcd = new Etcd(binaries.etcd(), folder, one.getLocalPort(), two.getLocalPort());
      securePort = three.getLocalPort();
    }
  }

  /** Starts one; the caller closes it. A port that somebody took in between is tried again. */
  public static TestCluster start() {
    return start(List.of(), List.of());
  }

  /** Starts one whose API server gets more options and knows more users: lines of a CSV. */
  public static TestCluster start(List<String> options, List<String> users) {
    KubernetesBinaries binaries = KubernetesBinaries.locate();
    IllegalStateException last = new IllegalStateException("never tried");
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        TestCluster cluster =
            new TestCluster(binaries, Files.createTempDirectory("gitops4j-cluster"), options);
        try {
          cluster.startUp(users);
          return cluster;
        } catch (IllegalStateException e) {
          last = e;
          cluster.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw last;
  }

  /** The one of this test run, stopped when the JVM ends. */
  public static synchronized TestCluster shared() {
    if (shared == null) {
      TestCluster started = start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      shared = started;
    }
    return shared;
  }

  /** Where it listens. */
  public URI url() {
    return URI.create("https://127.0.0.1:" + securePort);
  }

  /** A kubeconfig of an administrator. */
  public String kubeconfig() {
    return kubeconfig("admintoken");
  }

  /** A kubeconfig of a user without any right. */
  public String limitedKubeconfig() {
    return kubeconfig("limitedtoken");
  }

  /** The administrator's kubeconfig as a file that only its owner reads. */
  public Path kubeconfigFile() {
    return folder.resolve("kubeconfig");
  }

  /** A client of the administrator, closed with the cluster. */
  public synchronized KubernetesClient client() {
    if (client == null) {
      Config config =
          new ConfigBuilder(Config.empty())
              .withMasterUrl(url().toString())
              .withOauthToken("admintoken")
              .withTrustCerts(true)
              .withRequestRetryBackoffLimit(0)
              .build();
      client =
          new KubernetesClientBuilder()
              .withConfig(config)
              .withHttpClientFactory(new OkHttpClientFactory())
              .build();
    }
    return client;
  }

  /** Creates a namespace of its own. */
  public String createNamespace(String prefix) {
    String name = freeNamespace(prefix);
    client()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  /** A namespace name that nobody uses yet. */
  public String freeNamespace(String prefix) {
    return prefix + "-" + namespaces.incrementAndGet() + "-" + Long.toString(System.nanoTime(), 36);
  }

  /**
   * How many requests the server answered so far, by verb and resource, from its own metrics; its
   * requests to itself are among them, so compare resources that only the test touches.
   */
  public Map<String, Long> requestCounts() {
    Map<String, Long> counts = new TreeMap<>();
    Matcher line = REQUESTS.matcher(client().raw("/metrics"));
    while (line.find()) {
      String verb = label(line.group(1), "verb");
      if (label(line.group(1), "dry_run").equals("All")) {
        verb += "(dry)";
      }
      counts.merge(
          verb + " " + label(line.group(1), "resource"),
          (long) Double.parseDouble(line.group(2)),
          Long::sum);
    }
    return counts;
  }

  /** What came on top of earlier counts. */
  public Map<String, Long> requestsSince(Map<String, Long> before) {
    Map<String, Long> since = new TreeMap<>();
    requestCounts()
        .forEach(
            (key, count) -> {
              long more = count - before.getOrDefault(key, 0L);
              if (more > 0) {
                since.put(key, more);
              }
            });
    return since;
  }

  /** Ends the API server; its data stay. */
  public void stopServer() {
    server.close();
  }

  /** Kills the API server as a crash of its machine does. */
  public void killServer() {
    server.kill();
  }

  /** Stops the API server's clock, or lets it run on: its connections stay open meanwhile. */
  public void freezeServer(boolean hold) {
    server.freeze(hold);
  }

  /** Stops the database's clock, or lets it run on. */
  public void freezeEtcd(boolean hold) {
    etcd.freeze(hold);
  }

  /** Makes the database forget all states but the present one. */
  public void compact() {
    etcd.compact();
  }

  /** Copies the database as it is now; the cluster is away for that time. */
  public Path backUp() {
    killServer();
    Path copy = etcd.backUp();
    startServer();
    return copy;
  }

  /** Puts a copy in place of the database, as after a disaster. */
  public void restore(Path backup) {
    killServer();
    etcd.restore(backup);
    startServer();
  }

  /** Users beside the administrator, from the next start of the API server on: lines of a CSV. */
  public void users(List<String> tokens) {
    try {
      Files.writeString(
          folder.resolve("tokens.csv"),
          "admintoken,admin,admin,\"system:masters\"\nlimitedtoken,limited,limited\n"
              + String.join("\n", tokens));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the API server again, on the same port with the same data. */
  public void startServer() {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.apiServer().toString(),
                "--etcd-servers=" + etcd.url(),
                "--secure-port=" + securePort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--cert-dir=" + folder.resolve("certs"),
                "--service-account-issuer=https://gitops4j.test",
                "--service-account-signing-key-file=" + folder.resolve("sa.key"),
                "--service-account-key-file=" + folder.resolve("sa.key"),
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--disable-admission-plugins=ServiceAccount"));
    command.addAll(options);
    server.start(command);
    try {
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    server.close();
    etcd.close();
    try {
      TestFolders.delete(folder);
    } catch (IOException e) {
      System.err.println("left behind: " + folder + ": " + e.getMessage());
    }
  }

  private void startUp(List<String> users) throws IOException {
    users(users);
    Files.writeString(folder.resolve("sa.key"), signingKey());
    Files.createFile(
        kubeconfigFile(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    etcd.start();
    startServer();
    Files.writeString(kubeconfigFile(), kubeconfig());
  }

  private void awaitReady() throws IOException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!ready()) {
      if (!server.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException(
            "the API server did not become ready:\n"
                + TestFolders.tail(server.log(), 2000)
                + TestFolders.tail(etcd.log(), 500));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the API server started", e);
      }
    }
  }

  private boolean ready() {
    try {
      // The default namespace comes last, by a hook that readyz does not wait for.
      return client().raw("/readyz") != null
          && client().namespaces().withName("default").get() != null;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** A kubeconfig of whoever has a token. */
  public String kubeconfig(String token) {
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: test
          cluster: {server: "%s", certificate-authority-data: %s}
        users:
        - name: test
          user: {token: %s}
        contexts:
        - name: test
          context: {cluster: test, user: test}
        current-context: test
        """
        .formatted(url(), authority(), token);
  }

  /** The server made its certificate itself when it started first. */
  private String authority() {
    try {
      return Base64.getEncoder()
          .encodeToString(Files.readAllBytes(folder.resolve("certs/apiserver.crt")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the API server, and starts it with a new certificate of another authority. */
  public void renewCertificate() {
    killServer();
    try {
      TestFolders.delete(folder.resolve("certs"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startServer();
  }

  private static String signingKey() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
      keys.initialize(2048);
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(keys.generateKeyPair().getPrivate().getEncoded())
          + "\n-----END PRIVATE KEY-----\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has RSA", e);
    }
  }

  private static String label(String labels, String name) {
    Matcher value = Pattern.compile("(?:^|,)" + name + "=\"([^\"]*)\"").matcher(labels);
    return value.find() ? value.group(1) : "";
  }
}
