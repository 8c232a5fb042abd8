package io.gitops4j.k8s.internal.diff;

import io.gitops4j.k8s.AdoptionPolicy;
import io.gitops4j.k8s.NamespaceMetadata;
import io.gitops4j.k8s.ProtectedKinds;
import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.ignore.FieldRules;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.OrphanSearch;
import io.gitops4j.k8s.internal.observe.PruneOptions;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.observe.WriteOptions;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.SyncPolicy;
import java.time.Duration;

/**
 * What differ, applier and stores agree on.
 *
 * @param fieldManager never changed for a living target: that would orphan its fields
 * @param defaultNamespace of namespaced objects that name none
 * @param createNamespace whether the default namespace is made when it is missing
 * @param stateNamespace where inventory and history are kept
 * @param adoption of objects that exist without an owner
 * @param protectedKinds kinds that are pruned only when it is confirmed
 * @param fields what holds of single fields
 * @param normalization what is changed in manifests before they are sent
 * @param health how well live objects are
 * @param writing how objects are written that say nothing of their own
 * @param kindWait how long a pass waits for kinds that are not served yet
 * @param namespaceMetadata what the namespace carries that is made
 * @param propagation what becomes of what a pruned object made
 * @param pruning what becomes of objects that are no longer desired
 * @param deletion what becomes of objects when nothing is desired any more
 * @param permits what may be touched
 * @param concurrency how many writes run at once
 * @param hookTimeout how long a hook may run
 * @param healthTimeout how long a sync waits for what it wrote to be well, or gone
 */
public record ClusterSettings(
    String fieldManager,
    String defaultNamespace,
    boolean createNamespace,
    String stateNamespace,
    AdoptionPolicy adoption,
    ProtectedKinds protectedKinds,
    FieldRules fields,
    Normalization normalization,
    HealthRules health,
    WriteOptions writing,
    Duration kindWait,
    NamespaceMetadata namespaceMetadata,
    PrunePropagation propagation,
    SyncPolicy.Prune pruning,
    SyncPolicy.Prune deletion,
    Permits permits,
    int concurrency,
    Duration hookTimeout,
    Duration healthTimeout) {
  /** How a target's live objects are looked at. */
  public View view(TargetId target) {
    return new View(target, Observer.TARGET_LABEL, fieldManager, fields, health);
  }

  /**
   * Whether an object comes by itself, with a namespace or with the first state that is kept: so
   * nobody made it who could want to keep it.
   */
  public boolean comesByItself(ResourceId id) {
    return OrphanSearch.inEveryNamespace(id)
        || id.equals(new ResourceId("", "Namespace", "", stateNamespace));
  }

  /**
   * What is asked for when an object is to go.
   *
   * @param own what it says itself
   * @param end whether nothing is desired any more
   */
  public PruneOptions asks(PruneOptions own, boolean end) {
    PruneOptions asks = own.anyTime(pruning);
    return end ? asks.atTheEnd(deletion) : asks;
  }
}
