package io.gitops4j.k8s;

import io.gitops4j.apply.Applier;
import io.gitops4j.diff.Differ;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.inventory.InventoryReader;
import io.gitops4j.k8s.internal.apply.Fenced;
import io.gitops4j.k8s.internal.apply.KubernetesApplier;
import io.gitops4j.k8s.internal.apply.KubernetesHistoryStore;
import io.gitops4j.k8s.internal.apply.KubernetesInventoryStore;
import io.gitops4j.k8s.internal.apply.Restoration;
import io.gitops4j.k8s.internal.apply.Succession;
import io.gitops4j.k8s.internal.apply.SyncRecordStore;
import io.gitops4j.k8s.internal.apply.TombstoneStore;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.KubernetesDiffer;
import io.gitops4j.k8s.internal.diff.Normalization;
import io.gitops4j.k8s.internal.diff.Permits;
import io.gitops4j.k8s.internal.diff.Preparation;
import io.gitops4j.k8s.internal.former.FormerInventories;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.ignore.FieldRules;
import io.gitops4j.k8s.internal.ignore.IgnoreRules;
import io.gitops4j.k8s.internal.observe.FailureCauses;
import io.gitops4j.k8s.internal.observe.KubernetesHealthAssessor;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.OrphanSearch;
import io.gitops4j.k8s.internal.observe.OwnedObjects;
import io.gitops4j.k8s.internal.observe.TreeSearch;
import io.gitops4j.k8s.internal.observe.WatchIndex;
import io.gitops4j.k8s.internal.observe.WriteOptions;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.reconcile.LiveListener;
import io.gitops4j.reconcile.LiveWatch;
import io.gitops4j.reconcile.PinStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A Kubernetes cluster: compared by fingerprint and dry run, written with server-side apply.
 * Thread-safe; targets may share one.
 */
public final class KubernetesDestination implements Destination<ManifestSet> {
  private final KubernetesCluster cluster;
  private final boolean ours;
  private final Optional<WatchIndex> index;
  private final Set<LiveWatch> watches = ConcurrentHashMap.newKeySet();
  private final Fenced fenced;
  private final String writesAs;
  private final InventoryReader inventory;
  private final HealthAssessor health;
  private final HistoryStore history;
  private final PinStore pins;
  private final TombstoneStore tombstones;
  private final Restoration restoration;
  private final Succession succession;
  private final ClusterSettings settings;
  private final OrphanSearch orphans;

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
    KubeHttp own = cluster.http();
    KubeHttp http = config.impersonation().map(own::as).orElse(own);
    settings =
        new ClusterSettings(
            config.fieldManager(),
            config.namespace(),
            config.createNamespace(),
            config.stateNamespace(),
            config.adoption(),
            config.protectedKinds(),
            new FieldRules(
                IgnoreRules.compile(config.ignoreDifferences()),
                config.conflicts().otherwise(),
                config.conflicts().rules()),
            new Normalization(config.normalizers()),
            HealthRules.with(config.healthChecks()),
            new WriteOptions(
                config.replace(),
                config.update(),
                WriteOptions.Others.ENDED,
                config.ignoredAtWrite(),
                config.missingKinds().awaited() == MissingKinds.Awaited.ALL),
            config.missingKinds().limit(),
            config.namespaceMetadata(),
            config.prunePropagation(),
            config.pruning(),
            config.deletion(),
            new Permits(config.permissions()),
            config.concurrency(),
            config.hookTimeout(),
            config.healthTimeout());
    Discovery discovery = cluster.discovery();
    // What our own user sees through the watches is not what somebody else may see.
    index = config.impersonation().isPresent() ? Optional.empty() : cluster.index();
    Observer observer = new Observer(http, index);
    Preparation preparation = new Preparation(discovery, settings);
    KubernetesInventoryStore inventories =
        new KubernetesInventoryStore(own, config.stateNamespace(), cluster.observer());
    inventory = inventories;
    history = new KubernetesHistoryStore(own, config.stateNamespace(), config.historyLimit());
    pins = inventories.pins();
    orphans = new OrphanSearch(http, discovery);
    Clock clock = Clock.systemUTC();
    tombstones = new TombstoneStore(own, config.stateNamespace(), config.tombstones(), clock);
    SyncRecordStore records = new SyncRecordStore(own, config.stateNamespace());
    writesAs = config.fieldManager();
    fenced =
        Fenced.of(
            new KubernetesDiffer(
                http, discovery, observer, preparation, inventories, records, settings),
            new KubernetesApplier(
                http,
                discovery,
                observer,
                preparation,
                inventories,
                tombstones,
                records,
                settings,
                clock),
            http,
            discovery,
            inventories,
            config.stateNamespace());
    restoration = new Restoration(http, discovery, tombstones, settings);
    succession =
        new Succession(
            discovery, observer, new FormerInventories(http, discovery), inventories, settings);
    OwnedObjects owned =
        new OwnedObjects(
            discovery, observer, inventory, settings::view, settings.permits()::unseen);
    // A tree is looked at when its own stream told something: the index may not know it by then.
    OwnedObjects listed =
        new OwnedObjects(
            discovery,
            new Observer(http, Optional.empty()),
            new KubernetesInventoryStore(
                own, config.stateNamespace(), new Observer(own, Optional.empty())),
            settings::view,
            settings.permits()::unseen);
    FailureCauses causes = new FailureCauses(http);
    health =
        new KubernetesHealthAssessor(
            owned,
            causes,
            new TreeSearch(http, discovery, listed, causes, inventories::watched),
            cluster.silence());
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
    return fenced.differ();
  }

  @Override
  public Applier<ManifestSet> applier() {
    return fenced.applier();
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

  @Override
  public PinStore pins() {
    return pins;
  }

  /**
   * What is kept of objects that a target removed or replaced, newest first.
   *
   * @param target whose
   * @param context of the call
   * @return the tombstones; an object whose removal was refused has one and still exists
   * @throws io.gitops4j.error.InventoryException when they cannot be read
   */
  public List<Tombstone> tombstones(TargetId target, OperationContext context) {
    return tombstones.list(target, context);
  }

  /**
   * Makes anew one thing that a target removed. The new object is not owned by the target, so that
   * the next pass leaves it alone; once Git has it again, the target owns it again, whatever the
   * adoption policy says. What its kind keeps elsewhere, as a claim its volume, does not come back
   * with it.
   *
   * @param target whose
   * @param tombstone one of {@link #tombstones}
   * @param context of the call
   * @throws io.gitops4j.error.ApplyException when it is not kept any more, when something of that
   *     name exists, or when the server refuses it
   * @throws io.gitops4j.error.InventoryException when the tombstones cannot be read
   */
  public void restoreObject(TargetId target, Tombstone tombstone, OperationContext context) {
    restoration.restore(target, tombstone, context);
  }

  /**
   * What another tool owned and nobody owns now: it exists, stands in the record of that tool, and
   * belongs to no target. Before the first sync that is all of it, afterwards what Git never had.
   *
   * @param target that succeeds the tool
   * @param former whose record is read
   * @param context of the call
   * @return what it is
   * @throws io.gitops4j.error.DiffException when the record is missing, or is not understood
   */
  public SortedSet<ResourceId> leftBehind(
      TargetId target, FormerOwner former, OperationContext context) {
    return succession.leftBehind(target, former, context);
  }

  /**
   * Records as the target's what another tool left behind. Nothing in the cluster changes: the next
   * plan shows what of it Git has, and what would be pruned because Git has it not. This permits
   * the adoption of these very instances, whatever the policy says. Stop the tool first.
   *
   * @param target that succeeds the tool
   * @param former whose record is read
   * @param context of the call
   * @return what was recorded
   * @throws io.gitops4j.error.DiffException when the record is missing, or is not understood
   * @throws io.gitops4j.error.InventoryException when it cannot be stored
   */
  public SortedSet<ResourceId> takeOver(
      TargetId target, FormerOwner former, OperationContext context) {
    return succession.takeOver(target, former, context);
  }

  /**
   * {@inheritDoc}
   *
   * <p>On a shared cluster that is watched it hears of every target there, unless it acts in
   * somebody else's name. A move is told also when it is the target's own write that the watch
   * showed first.
   */
  @Override
  public Optional<LiveWatch> watch(LiveListener listener) {
    return index.map(
        i -> {
          LiveWatch watch = i.listen(listener);
          watches.add(watch);
          return () -> {
            watches.remove(watch);
            watch.close();
          };
        });
  }

  /**
   * Looks for objects in the target's namespaces that nobody owns: no target, also no other one
   * than this, and no other object. Only reads, and lists every kind of each of these namespaces.
   * What the cluster makes by itself, and what the target may not touch, is left out.
   *
   * @param target whose default namespace, and those of what it owns, are looked at
   * @param ignored what is left out besides
   * @param context of the pass
   * @return the objects, and what could not be seen
   */
  public Orphans orphans(TargetId target, Predicate<ResourceId> ignored, OperationContext context) {
    Set<String> namespaces = new TreeSet<>();
    namespaces.add(settings.defaultNamespace());
    inventory.load(target, context).entries().keySet().stream()
        .filter(settings.permits()::allows)
        .forEach(id -> namespaces.add(id.namespace()));
    namespaces.remove("");
    return orphans.search(
        namespaces,
        settings.view(target),
        id -> ignored.test(id) || !settings.permits().allows(id),
        context);
  }

  @Override
  public String writesAs() {
    return writesAs;
  }

  /**
   * Tells listeners nothing more; closes the client, unless it was lent or the cluster is shared.
   */
  @Override
  public void close() {
    watches.forEach(LiveWatch::close);
    watches.clear();
    if (ours) {
      cluster.close();
    }
  }
}
