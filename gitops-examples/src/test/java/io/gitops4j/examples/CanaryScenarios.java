package io.gitops4j.examples;

import com.sun.net.httpserver.HttpServer;
import io.gitops4j.GitOps;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.AdoptionPolicy;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.metrics.ReconcileMetrics;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** A process that has secrets everywhere, meets all kinds of trouble, and tells all that it can. */
final class CanaryScenarios implements ReconcileListener {
  /** In every credential and every secret value. */
  static final String CANARY = "cAnArY4f9bE7";

  /** The same with what messages spell otherwise when they quote it. */
  private static final String QUOTED = "\"q\\\"\\\\\\t" + CANARY + "\"";

  private final String namespace;
  private final Path folder;
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new TreeMap<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private CanaryScenarios(String namespace, Path folder) {
    this.namespace = namespace;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    CanaryScenarios scenarios = new CanaryScenarios(arguments[1], Path.of(arguments[2]));
    scenarios.secrets(Path.of(arguments[0]));
    CanaryClusters clusters =
        new CanaryClusters(arguments[3], arguments[1], Path.of(arguments[2]), scenarios);
    clusters.kubeconfigs(scenarios.source);
    clusters.secrets(scenarios.source);
    scenarios.repositories();
    new CanaryCommands(arguments[1], Path.of(arguments[2]), Path.of(arguments[0])).typed();
  }

  static void scenario(String name, Callable<?> what) {
    System.out.println("scenario " + name);
    try {
      System.out.println(name + " gave " + what.call());
    } catch (Exception e) {
      e.printStackTrace(System.out);
      if (e instanceof GitOpsException known) {
        System.out.println(known.failure() + " " + known.failure().message());
      }
    }
  }

  /** Secrets that are created, changed, drifted, adopted, wrong, and refused by a policy. */
  private void secrets(Path kubeconfig) throws Exception {
    KubernetesConfig config =
        KubernetesConfig.builder(new KubernetesConfig.KubeconfigFile(kubeconfig, Optional.empty()))
            .namespace(namespace)
            .stateNamespace(namespace)
            .adoption(AdoptionPolicy.ADOPT_IF_UNOWNED)
            .build();
    System.out.println(config);
    try (KubernetesDestination destination = KubernetesDestination.connect(config)) {
      Reconciler<ManifestSet> target =
          GitOps.target(namespace)
              .source(source)
              .renderer(ManifestRenderer.path("app"))
              .destination(destination)
              .listener(this)
              .listener(ReconcileMetrics.to(registry))
              .build();
      put("plain", "stringData: {a: '" + CANARY + "-one'}");
      put("annotated", "stringData: {a: x}");
      files.put(
          "app/config.yaml",
          "{apiVersion: v1, kind: ConfigMap, metadata: {name: config}, data: {a: b}}");
      source.commit("one", files);
      scenario("plan", () -> target.plan(OperationContext.create()));
      scenario("sync", target::reconcile);
      put("plain", "stringData: {a: '" + CANARY + "-two', b: '" + CANARY + "'}");
      put(
          "annotated",
          "metadata: {name: annotated, annotations: {note: '"
              + CANARY
              + "'}}\nstringData: {a: "
              + CANARY
              + "}");
      source.commit("two", files);
      scenario("change", target::reconcile);
      Files.createFile(folder.resolve("drift-please"));
      while (Files.exists(folder.resolve("drift-please"))) {
        Thread.onSpinWait();
      }
      scenario("drift is planned", () -> target.plan(OperationContext.create()));
      scenario("drift is healed", target::reconcile);
      for (String wrong :
          List.of(
              "data: {a: 'no base64 " + CANARY + "'}",
              "data: {a: {b: " + CANARY + "}}",
              "data: [" + CANARY + "]",
              "stringData: {a: [" + CANARY + "]}",
              "stringData: {a: {b: " + QUOTED + "}}",
              "data: {a: [" + QUOTED + "]}",
              "data: " + QUOTED,
              "metadata: {name: wrong, annotations: {note: {a: " + QUOTED + "}}}",
              "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '"
                  + CANARY
                  + "'}",
              "type: kubernetes.io/tls\nstringData: {tls.crt: '" + CANARY + "'}",
              "unknown: {a: " + CANARY + "}",
              "metadata: {name: wrong, annotations: {note: {a: " + CANARY + "}}}",
              "metadata: {name: wrong, annotations: {note: [" + CANARY + "]}}",
              "stringData: {denied: '" + CANARY + "'}",
              "stringData: {a: '" + CANARY + "'\n")) {
        put("plain", wrong);
        source.commit("wrong " + wrong.hashCode(), files);
        scenario("an update that is wrong", target::reconcile);
        put("plain", "stringData: {a: '" + CANARY + "-two', b: '" + CANARY + "'}");
        put("wrong", wrong);
        source.commit("new and wrong " + wrong.hashCode(), files);
        scenario("a new one that is wrong", target::reconcile);
        files.remove("app/wrong.yaml");
      }
      files.put("app/twice.yaml", files.get("app/plain.yaml"));
      source.commit("twice", files);
      scenario("desired twice", target::reconcile);
      files.remove("app/twice.yaml");
      source.commit("rendered", files);
      scenario("what is rendered", this::rendered);
      scenario("history", () -> destination.history().list(target.target(), context()));
      scenario("inventory", () -> destination.inventory().load(target.target(), context()));
      scenario("metrics", registry::getMetersAsString);
      scenario("health", () -> destination.health().assess(target.target(), context()));
    }
  }

  private Object rendered() {
    try (Snapshot snapshot =
        ((FetchResult.Fetched) source.fetch(Optional.empty(), context())).snapshot()) {
      ManifestSet set = ManifestRenderer.path("app").render(snapshot, context());
      return set + " " + set.manifests();
    }
  }

  private void put(String name, String rest) {
    String metadata = rest.contains("metadata:") ? "" : "metadata: {name: " + name + "}\n";
    files.put("app/" + name + ".yaml", "apiVersion: v1\nkind: Secret\n" + metadata + rest + "\n");
  }

  /** Repositories that refuse, do not exist, lead elsewhere, or are not who they should be. */
  private void repositories() throws Exception {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          int code = Integer.parseInt(exchange.getRequestURI().getPath().split("/")[1]);
          if (code == 401) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
          }
          if (code == 302) {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1" + "/elsewhere");
          }
          exchange.sendResponseHeaders(code, -1);
          exchange.close();
        });
    http.start();
    String here = "127.0.0.1:" + http.getAddress().getPort();
    try {
      for (String url :
          List.of(
              "http://ann:%s@" + here + "/401/repo",
              "http://ann:%s@" + here + "/403/repo",
              "http://ann:%s@" + here + "/404/repo",
              "http://ann:%s@" + here + "/500/repo",
              "http://ann:%s@" + here + "/302/repo",
              "http://%s@" + here + "/401/repo",
              "http://" + here + "/404/repo?private_token=%s",
              "https://ann:%s@" + here + "/200/repo",
              "https://ann:%s@nowhere.invalid/repo",
              "https://ann:%s@127.0.0.1:1/repo",
              "ssh://ann:%s@127.0.0.1:1/repo",
              "ftp://ann:%s@127.0.0.1/repo",
              "http://ann:%s@[broken/repo")) {
        scenario(
            "the repository " + url, () -> fetch(url.formatted(CANARY), GitCredentials.none()));
        scenario(
            "with a password",
            () ->
                fetch(
                    url.replace("%s", "x"), new GitCredentials.Basic("ann", Sensitive.of(CANARY))));
      }
      scenario(
          "an SSH key that is none",
          () ->
              fetch(
                  "ssh://127.0.0.1:1/repo",
                  new GitCredentials.SshKey(Sensitive.of(CANARY), "127.0.0.1 ssh-rsa x")));
    } finally {
      http.stop(0);
    }
  }

  private Object fetch(String url, GitCredentials credentials) {
    System.out.println(credentials);
    try (GitSource git =
        GitSource.builder(url)
            .credentials(credentials)
            .timeout(Duration.ofSeconds(5))
            .cacheDirectory(folder.resolve("cache"))
            .build()) {
      System.out.println(git);
      return git.fetch(Optional.empty(), context());
    }
  }

  private static OperationContext context() {
    return OperationContext.within(Duration.ofSeconds(30));
  }

  @Override
  public void started(ReconcileEvent.Started event) {
    System.out.println(event);
  }

  @Override
  public void fetched(ReconcileEvent.Fetched event) {
    System.out.println(event);
  }

  @Override
  public void compared(ReconcileEvent.Compared event) {
    System.out.println(event);
    event.plan().changes().forEach(c -> System.out.println(c + " " + c.fields()));
  }

  @Override
  public void changed(ReconcileEvent.Changed event) {
    System.out.println(event);
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    System.out.println(event);
  }
}
