package io.gitops4j.k8s;

import io.gitops4j.apply.Applier;
import io.gitops4j.diff.Differ;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.inventory.InventoryReader;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.internal.apply.KubernetesApplier;
import io.gitops4j.k8s.internal.apply.KubernetesHistoryStore;
import io.gitops4j.k8s.internal.apply.KubernetesInventoryStore;
import io.gitops4j.k8s.internal.client.Connection;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.KubernetesDiffer;
import io.gitops4j.k8s.internal.health.KubernetesHealthAssessor;
import io.gitops4j.k8s.internal.ignore.IgnoreRules;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.HistoryStore;

/**
 * A Kubernetes cluster: compared by fingerprint and dry run, written with server-side apply.
 * Thread-safe; targets may share one.
 */
public final class KubernetesDestination implements Destination<ManifestSet> {
  private final Connection connection;
  private final String server;
  private final KubernetesDiffer differ;
  private final KubernetesApplier applier;
  private final InventoryReader inventory;
  private final HealthAssessor health;
  private final HistoryStore history;

  private KubernetesDestination(KubernetesConfig config) {
    connection = Connection.open(config.access(), config.requestTimeout());
    KubeHttp http = new KubeHttp(connection.client(), config.requestTimeout());
    server = http.server();
    ClusterSettings settings =
        new ClusterSettings(
            config.fieldManager(),
            config.namespace(),
            config.createNamespace(),
            config.stateNamespace(),
            config.adoption(),
            config.protectedKinds(),
            IgnoreRules.compile(config.ignoreDifferences()),
            config.prunePropagation(),
            config.concurrency());
    Discovery discovery = new Discovery(http);
    Observer observer = new Observer(http);
    InventoryStore inventories = new KubernetesInventoryStore(http, config.stateNamespace());
    inventory = inventories;
    history = new KubernetesHistoryStore(http, config.stateNamespace(), config.historyLimit());
    differ = new KubernetesDiffer(http, discovery, observer, inventories, settings);
    applier = new KubernetesApplier(http, discovery, inventories, settings);
    health = new KubernetesHealthAssessor(discovery, observer, inventory);
  }

  /**
   * Makes a destination. The cluster is contacted by the first pass, not here.
   *
   * @param config which cluster, and how it is written to
   * @return the destination; the caller closes it
   * @throws ConfigurationException when the kubeconfig cannot be read
   */
  public static KubernetesDestination connect(KubernetesConfig config) {
    return new KubernetesDestination(config);
  }

  /**
   * Which server it is.
   *
   * @return the address of its API
   */
  public String server() {
    return server;
  }

  @Override
  public Differ<ManifestSet> differ() {
    return differ;
  }

  @Override
  public Applier<ManifestSet> applier() {
    return applier;
  }

  @Override
  public InventoryReader inventory() {
    return inventory;
  }

  @Override
  public HealthAssessor health() {
    return health;
  }

  @Override
  public HistoryStore history() {
    return history;
  }

  /** Closes the client, unless it was lent. */
  @Override
  public void close() {
    connection.close();
  }
}
