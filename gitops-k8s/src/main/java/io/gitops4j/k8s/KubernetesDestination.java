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
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.KubernetesDiffer;
import io.gitops4j.k8s.internal.diff.Preparation;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.ignore.IgnoreRules;
import io.gitops4j.k8s.internal.observe.FailureCauses;
import io.gitops4j.k8s.internal.observe.KubernetesHealthAssessor;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.reconcile.LiveListener;

/**
 * A Kubernetes cluster: compared by fingerprint and dry run, written with server-side apply.
 * Thread-safe; targets may share one.
 */
public final class KubernetesDestination implements Destination<ManifestSet> {
  private final KubernetesCluster cluster;
  private final boolean ours;
  private final KubernetesDiffer differ;
  private final KubernetesApplier applier;
  private final InventoryReader inventory;
  private final HealthAssessor health;
  private final HistoryStore history;

  private KubernetesDestination(KubernetesConfig config) {
    if (config.access() instanceof KubernetesConfig.SharedCluster shared) {
      cluster = shared.cluster();
      ours = false;
    } else {
      cluster =
          KubernetesCluster.builder(config.access())
              .requestTimeout(config.requestTimeout())
              .requestsAtOnce(config.concurrency())
              .connect();
      ours = true;
    }
    KubeHttp http = cluster.http();
    ClusterSettings settings =
        new ClusterSettings(
            config.fieldManager(),
            config.namespace(),
            config.createNamespace(),
            config.stateNamespace(),
            config.adoption(),
            config.protectedKinds(),
            IgnoreRules.compile(config.ignoreDifferences()),
            HealthRules.with(config.healthChecks()),
            config.prunePropagation(),
            config.concurrency());
    Discovery discovery = cluster.discovery();
    Observer observer = cluster.observer();
    Preparation preparation = new Preparation(discovery, settings);
    InventoryStore inventories =
        new KubernetesInventoryStore(http, config.stateNamespace(), observer);
    inventory = inventories;
    history = new KubernetesHistoryStore(http, config.stateNamespace(), config.historyLimit());
    differ = new KubernetesDiffer(http, discovery, observer, preparation, inventories, settings);
    applier = new KubernetesApplier(http, discovery, observer, preparation, inventories, settings);
    health =
        new KubernetesHealthAssessor(
            discovery, observer, inventory, new FailureCauses(http), settings::view);
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
    return cluster.server();
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

  /**
   * {@inheritDoc}
   *
   * <p>On a shared cluster that is watched it hears of every target there. A move is told also when
   * it is the target's own write that the watch showed first.
   */
  @Override
  public boolean watch(LiveListener listener) {
    cluster.index().ifPresent(index -> index.listen(listener::moved));
    return cluster.index().isPresent();
  }

  /** Closes the client, unless it was lent or the cluster is shared. */
  @Override
  public void close() {
    if (ours) {
      cluster.close();
    }
  }
}
