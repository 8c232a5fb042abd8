package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.gitops4j.GitOps;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfigBuilder;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;

/**
 * A target behind a proxy that faults are done to, among objects of others, and what must hold once
 * a fault is over. Everything that it tells is kept, and must not hold the value of its Secret.
 */
final class FaultedTarget implements AutoCloseable {
  /** The value of the Secret {@code keys}. */
  static final String CANARY = "canary-5ab1e0f7";

  private static final String ADMINISTRATOR = "admintoken";
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

  private final TestCluster cluster;
  private final KubernetesClient admin;
  private final FaultProxy proxy;
  private final String token;
  private final String namespace;
  private final InMemorySource source = new InMemorySource();
  private final Map<String, String> files = new TreeMap<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Optional<KubernetesCluster> connection;
  private final KubernetesDestination destination;
  private final Reconciler<ManifestSet> reconciler;
  private final Told told = new Told(CANARY);
  private final String foreignVersion;

  private FaultedTarget(
      TestCluster cluster,
      String token,
      UnaryOperator<KubernetesConfigBuilder> settings,
      Optional<Duration> silence) {
    this.token = token;
    this.cluster = cluster;
    admin = cluster.client();
    proxy = FaultProxy.inFrontOf(cluster);
    namespace = cluster.createNamespace("fault");
    ConfigMap foreign =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("foreign")
            .withNamespace(namespace)
            .endMetadata()
            .addToData("text", "of somebody else")
            .build();
    foreignVersion = admin.resource(foreign).create().getMetadata().getResourceVersion();
    connection = silence.map(this::watched);
    destination =
        connection
            .map(c -> connect(new KubernetesConfig.SharedCluster(c), settings))
            .orElseGet(() -> connect(settings));
    reconciler = reconciler(namespace, destination);
    put("keys", secret("keys", CANARY));
    put("a", configMap("a", "1"));
    put("b", configMap("b", "1"));
    commit();
  }

  /** One in a namespace of its own; nothing is applied yet. */
  static FaultedTarget on(TestCluster cluster) {
    return on(cluster, c -> c.requestTimeout(REQUEST_LIMIT));
  }

  /** One that is connected otherwise. */
  static FaultedTarget on(TestCluster cluster, UnaryOperator<KubernetesConfigBuilder> settings) {
    return as(ADMINISTRATOR, cluster, settings);
  }

  /** One that is connected as somebody else. */
  static FaultedTarget as(
      String token, TestCluster cluster, UnaryOperator<KubernetesConfigBuilder> settings) {
    return new FaultedTarget(cluster, token, settings, Optional.empty());
  }

  /** One that is watched, by streams that may be silent for so long. */
  static FaultedTarget watching(TestCluster cluster, Duration silence) {
    return new FaultedTarget(
        cluster, ADMINISTRATOR, UnaryOperator.identity(), Optional.of(silence));
  }

  static String configMap(String name, String text) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {text: '%s'}}"
        .formatted(name, text);
  }

  static String secret(String name, String value) {
    return "{apiVersion: v1, kind: Secret, metadata: {name: %s}, stringData: {value: '%s'}}"
        .formatted(name, value);
  }

  /** Another connection to the cluster through the same proxy, with nothing remembered. */
  KubernetesDestination connect(UnaryOperator<KubernetesConfigBuilder> settings) {
    return connect(access(), settings);
  }

  private KubernetesDestination connect(
      KubernetesConfig.Access access, UnaryOperator<KubernetesConfigBuilder> settings) {
    KubernetesConfigBuilder config =
        KubernetesConfig.builder(access).namespace(namespace).stateNamespace(namespace);
    return KubernetesDestination.connect(settings.apply(config).build());
  }

  private KubernetesConfig.Access access() {
    return new KubernetesConfig.KubeconfigContent(
        Sensitive.of(proxy.kubeconfig(token)), Optional.empty());
  }

  private Reconciler<ManifestSet> reconciler(String name, KubernetesDestination to) {
    return GitOps.target(name)
        .source(source)
        .renderer(ManifestRenderer.path("app"))
        .destination(to)
        .listener(told.listener())
        .build();
  }

  /** A pass of a process that remembers nothing, of this target or one of another name. */
  ReconcileOutcome passOfAnother(String name) {
    return pass(name, access());
  }

  /** A pass of a process that remembers nothing, and whose way to the proxy begins elsewhere. */
  ReconcileOutcome passThrough(int port) {
    String through =
        proxy.kubeconfig(token).replace("127.0.0.1:" + proxy.port(), "127.0.0.1:" + port);
    return pass(
        namespace, new KubernetesConfig.KubeconfigContent(Sensitive.of(through), Optional.empty()));
  }

  private ReconcileOutcome pass(String name, KubernetesConfig.Access access) {
    try (KubernetesDestination fresh = connect(access, c -> c.requestTimeout(REQUEST_LIMIT))) {
      ReconcileOutcome outcome = reconciler(name, fresh).reconcile();
      told.add(outcome);
      return outcome;
    }
  }

  private KubernetesCluster watched(Duration silence) {
    return KubernetesCluster.builder(access())
        .watch(timer)
        .silence(silence)
        .requestTimeout(REQUEST_LIMIT)
        .connect();
  }

  /** How many streams tell. */
  long streams() {
    return connection.map(KubernetesCluster::watching).orElse(0L);
  }

  FaultProxy proxy() {
    return proxy;
  }

  String namespace() {
    return namespace;
  }

  KubernetesClient admin() {
    return admin;
  }

  List<ReconcileEvent> events() {
    return told.events();
  }

  /** The files of the next commit. */
  Map<String, String> files() {
    return files;
  }

  void put(String name, String yaml) {
    files.put("app/" + name + ".yaml", yaml);
  }

  void remove(String name) {
    files.remove("app/" + name + ".yaml");
  }

  void commit() {
    source.commit("at " + System.nanoTime(), files);
  }

  ReconcileOutcome pass() {
    return pass(OperationContext.within(Duration.ofSeconds(60)));
  }

  ReconcileOutcome pass(OperationContext context) {
    ReconcileOutcome outcome = reconciler.reconcile(context);
    told.add(outcome);
    return outcome;
  }

  /** The first pass, before anything is done to it. */
  FaultedTarget applied() {
    ReconcileOutcome first = pass();
    assertThat(first.kind()).as("%s", first).isEqualTo(Kind.APPLIED);
    return this;
  }

  /** The text of a ConfigMap, empty when there is none. */
  Optional<String> text(String name) {
    return Optional.ofNullable(admin.configMaps().inNamespace(namespace).withName(name).get())
        .map(c -> c.getData().get("text"));
  }

  /** Somebody else writes. */
  void drift(String name, String text) {
    admin
        .configMaps()
        .inNamespace(namespace)
        .withName(name)
        .edit(
            c -> {
              c.getData().put("text", text);
              return c;
            });
  }

  /** What the stored inventory lists, read by nobody who could remember it otherwise. */
  Set<ResourceId> inventory() {
    try (KubernetesDestination fresh = connect(UnaryOperator.identity())) {
      return fresh
          .inventory()
          .load(reconciler.target(), OperationContext.create())
          .entries()
          .keySet();
    }
  }

  /** What carries the target's label, of all kinds that it ever had. */
  Set<ResourceId> owned() {
    Set<List<String>> kinds = new TreeSet<>(java.util.Comparator.comparing(Object::toString));
    for (Manifest manifest : desired()) {
      kinds.add(List.of(manifest.apiVersion(), manifest.id().kind()));
    }
    try (KubernetesDestination fresh = connect(UnaryOperator.identity())) {
      for (InventoryEntry entry :
          fresh
              .inventory()
              .load(reconciler.target(), OperationContext.create())
              .entries()
              .values()) {
        kinds.add(List.of(entry.apiVersion(), entry.id().kind()));
      }
    }
    Set<ResourceId> owned = new TreeSet<>();
    for (List<String> kind : kinds) {
      if (!admin.supports(kind.get(0), kind.get(1))) {
        continue; // its definition is not there, or not yet
      }
      String group = kind.get(0).contains("/") ? kind.get(0).split("/")[0] : "";
      labelled(kind)
          .forEach(
              o ->
                  owned.add(
                      new ResourceId(
                          group,
                          kind.get(1),
                          o.getMetadata().getNamespace() == null
                              ? ""
                              : o.getMetadata().getNamespace(),
                          o.getMetadata().getName())));
    }
    return owned;
  }

  /** A kind whose definition was only just made answers 429 for a moment. */
  private List<GenericKubernetesResource> labelled(List<String> kind) {
    return await()
        .ignoreExceptionsMatching(
            e -> e instanceof KubernetesClientException refused && refused.getCode() == 429)
        .until(
            () ->
                admin
                    .genericKubernetesResources(kind.get(0), kind.get(1))
                    .inAnyNamespace()
                    .withLabel("gitops4j.io/target", reconciler.target().shortHash())
                    .list()
                    .getItems(),
            Objects::nonNull);
  }

  /** At every moment: whatever is ours is known to be. */
  void nothingUnowned() {
    assertThat(inventory()).as("the inventory").containsAll(owned());
  }

  /**
   * The fault is over. The next pass reaches what is desired, the one after finds nothing to do,
   * and the third writes nothing; the inventory lists what is owned and nothing else; objects of
   * others are as they were; and no word of the Secret's value was told.
   */
  void converges() {
    proxy.mend();
    ReconcileOutcome next = pass();
    assertThat(next.kind()).as("the next pass: %s", next).isIn(Kind.APPLIED, Kind.IN_SYNC);
    ReconcileOutcome second = pass();
    assertThat(second.kind()).as("the one after: %s", second).isEqualTo(Kind.IN_SYNC);
    proxy.forget();
    assertThat(pass().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(proxy.seen()).as("a third pass").noneMatch(FaultProxy.Request::writes);
    assertThat(inventory()).as("the inventory").isEqualTo(owned());
    desired().forEach(m -> LiveManifest.assertLive(admin, m, namespace));
    assertThat(text("foreign")).contains("of somebody else");
    assertThat(
            admin
                .configMaps()
                .inNamespace(namespace)
                .withName("foreign")
                .get()
                .getMetadata()
                .getResourceVersion())
        .as("the version of what is somebody else's")
        .isEqualTo(foreignVersion);
    keepsSecret();
  }

  void keepsSecret() {
    told.keepsSecret();
  }

  private List<Manifest> desired() {
    OperationContext context = OperationContext.create();
    try (Snapshot snapshot = source.snapshot()) {
      return ManifestRenderer.path("app").render(snapshot, context).manifests();
    }
  }

  @Override
  public void close() {
    destination.close();
    connection.ifPresent(KubernetesCluster::close);
    timer.shutdownNow();
    proxy.close();
  }
}
