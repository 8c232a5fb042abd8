package io.gitops4j.k8s.internal.order;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.k8s.internal.order.SyncRecord.HookRun;
import io.gitops4j.k8s.internal.order.SyncRecord.HookState;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.render.Desired;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which hooks a sync runs: those of its phases that did not succeed yet on the way to the same
 * desired state, and none once that state was reached. So drift that is corrected runs no hook.
 *
 * @param record of the target's syncs
 * @param key the digest of what is desired
 * @param nothingOwned whether the target owned nothing when the plan was made
 * @param end whether nothing is desired any more
 */
public record HookPhases(SyncRecord record, Digest key, boolean nothingOwned, boolean end) {
  private static final Set<Phase> OF_A_SYNC =
      EnumSet.of(Phase.PRE_SYNC, Phase.SYNC, Phase.POST_SYNC);
  private static final Set<Phase> OF_THE_END = EnumSet.of(Phase.PRE_DELETE, Phase.POST_DELETE);

  /**
   * Of a plan as it is made, and as it is applied: both have to come to the same.
   *
   * @param owned when the plan was made
   */
  public static HookPhases of(SyncRecord record, Desired desired, Inventory owned) {
    return new HookPhases(record, desired.digest(), owned.entries().isEmpty(), desired.isEmpty());
  }

  /** The run that this sync is, or goes on with. */
  public SyncRecord.Run run() {
    return record.runTo(key, nothingOwned);
  }

  /** Where a hook has still to run. */
  public Set<Phase> open(ResourceId id, Hook hook) {
    Set<Phase> phases = EnumSet.noneOf(Phase.class);
    if (!record.completed(key)) {
      phases.addAll(hook.phases(run().install()));
      phases.retainAll(end ? OF_THE_END : OF_A_SYNC);
      phases.removeIf(p -> state(p, id).equals(Optional.of(HookState.SUCCEEDED)));
    }
    return phases;
  }

  /** Whether a hook is there for a failure, and did not run for one of this run yet. */
  public boolean onFailure(ResourceId id, Hook hook) {
    Optional<HookState> state = state(Phase.SYNC_FAIL, id);
    return !end
        && !record.completed(key)
        && hook.phases(run().install()).contains(Phase.SYNC_FAIL)
        && !state.equals(Optional.of(HookState.SUCCEEDED))
        && !state.equals(Optional.of(HookState.FAILED));
  }

  /** How far a hook is. */
  public Optional<HookState> state(Phase phase, ResourceId id) {
    return record.find(key, phase, id).map(HookRun::state);
  }
}
