package io.gitops4j.k8s.internal.order;

import io.gitops4j.model.ResourceId;
import java.util.Objects;

/**
 * One thing that a sync has to do. Immutable.
 *
 * @param id of the object
 * @param phase in which it is done
 * @param work what is done
 * @param standing how far it is already
 * @param placement what its annotations say
 * @param step the order of kinds that it is in
 * @param defines the kind, as {@code group/Kind}, that is served once it is there; mostly empty
 */
public record SyncTask(
    ResourceId id,
    Phase phase,
    Work work,
    Standing standing,
    Placement placement,
    ApplyStep step,
    String defines) {
  /** What is done. */
  public enum Work {
    /** Create or change an object. */
    WRITE,
    /** Remove it. */
    DELETE,
    /** Run a hook. */
    HOOK
  }

  /** How far it is before the sync begins. */
  public enum Standing {
    /** It is to be done. */
    OPEN,
    /** The object is as desired and not well yet; the hook was started. */
    WRITTEN,
    /** There is nothing left to do. */
    SETTLED
  }

  /** Checks that no part is missing. */
  public SyncTask {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(work, "work");
    Objects.requireNonNull(standing, "standing");
    Objects.requireNonNull(placement, "placement");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(defines, "defines");
  }

  /** One that is in the step of its kind and defines none. */
  public SyncTask(ResourceId id, Phase phase, Work work, Standing standing, Placement placement) {
    this(id, phase, work, standing, placement, ApplyStep.of(id), "");
  }

  /** The operation that rules of kapp know. */
  ChangeRule.Operation operation() {
    return work == Work.DELETE ? ChangeRule.Operation.DELETE : ChangeRule.Operation.UPSERT;
  }

  @Override
  public String toString() {
    return switch (work) {
      case WRITE -> id.toString();
      case DELETE -> "the removal of " + id;
      case HOOK -> "the " + phase.word() + " hook " + id;
    };
  }
}
