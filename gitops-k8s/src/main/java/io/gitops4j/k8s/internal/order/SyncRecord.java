package io.gitops4j.k8s.internal.order;

import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * What must be known of a target's syncs by whoever goes on with them: only targets with hooks or
 * an order of their own have one. Immutable.
 *
 * @param completed the desired state that a sync led to last, hooks and all; empty when none did
 * @param run the sync that is under way, or was cut off
 * @param hooks what was made of hooks: of this run, and of earlier ones where it may still exist
 * @param order of what is owned, where it is not the default; removals go by it
 * @param farewell the hooks for the end of the target, when Git does not have them any more
 */
public record SyncRecord(
    Optional<Digest> completed,
    Optional<Run> run,
    List<HookRun> hooks,
    SortedMap<ResourceId, Placement> order,
    List<ObjectNode> farewell) {
  /** What an inventory calls it that has one beside it. */
  public static final String NAME = "sync";

  /** Of a target that has none. */
  public static final SyncRecord NONE =
      new SyncRecord(Optional.empty(), Optional.empty(), List.of(), new TreeMap<>(), List.of());

  /** Copies the collections. */
  public SyncRecord {
    Objects.requireNonNull(completed, "completed");
    Objects.requireNonNull(run, "run");
    hooks = List.copyOf(hooks);
    order = Collections.unmodifiableSortedMap(new TreeMap<>(order));
    farewell = List.copyOf(farewell);
  }

  /**
   * One way to one desired state, in as many passes as it takes.
   *
   * @param key the digest of that state
   * @param install whether no run of the target ever completed
   */
  public record Run(Digest key, boolean install) {}

  /** How far a hook is. */
  public enum HookState {
    /** It is about to be made; whether it was is not known. */
    STARTED,
    /** It was made. */
    CREATED,
    /** It ended well. */
    SUCCEEDED,
    /** It ended badly, or never in time. */
    FAILED
  }

  /**
   * A hook in a run.
   *
   * @param key of the run
   * @param hook the identity in the manifest
   * @param object the identity of what is made of it, which differs where names are generated
   * @param apiVersion of the object
   * @param token of this very attempt, which the object carries
   * @param present whether the object may exist
   */
  public record HookRun(
      Digest key,
      Phase phase,
      ResourceId hook,
      ResourceId object,
      String apiVersion,
      String token,
      HookState state,
      boolean present) {
    /** The same, further on. */
    public HookRun at(HookState next) {
      return new HookRun(key, phase, hook, object, apiVersion, token, next, present);
    }

    /** The same, with its object gone. */
    public HookRun gone() {
      return new HookRun(key, phase, hook, object, apiVersion, token, state, false);
    }

    private boolean sameAs(HookRun other) {
      return key.equals(other.key)
          && phase == other.phase
          && hook.equals(other.hook)
          && object.equals(other.object);
    }
  }

  /** Whether a sync led to a desired state, and none to another one since. */
  public boolean completed(Digest key) {
    return completed.equals(Optional.of(key));
  }

  /** The run that leads to a desired state: the one under way, or a new one. */
  public Run runTo(Digest key, boolean nothingOwned) {
    if (run.isPresent() && run.get().key().equals(key)) {
      return run.get();
    }
    boolean neverDone = run.isPresent() ? run.get().install() : nothingOwned;
    return new Run(key, completed.isEmpty() && neverDone);
  }

  /** How far a hook is in the run to a desired state, empty when it was not started. */
  public Optional<HookRun> find(Digest key, Phase phase, ResourceId hook) {
    return hooks.stream()
        .filter(h -> h.key().equals(key) && h.phase() == phase && h.hook().equals(hook))
        .reduce((earlier, later) -> later);
  }

  /** In which version an object was made that a hook may have left, empty when none did. */
  public Optional<String> madeAs(ResourceId object) {
    return hooks.stream()
        .filter(h -> h.present() && h.object().equals(object))
        .map(HookRun::apiVersion)
        .findFirst();
  }

  /** With a run under way; of earlier ones only what may still exist is kept. */
  public SyncRecord withRun(Run next) {
    return new SyncRecord(
        completed,
        Optional.of(next),
        hooks.stream().filter(h -> h.present() || h.key().equals(next.key())).toList(),
        order,
        farewell);
  }

  /** With what is known of one hook now. */
  public SyncRecord with(HookRun now) {
    List<HookRun> next = new ArrayList<>(hooks);
    boolean known = hooks.stream().anyMatch(now::sameAs);
    next.replaceAll(h -> now.sameAs(h) ? now : h);
    if (!known) {
      next.add(now);
    }
    return new SyncRecord(completed, run, next, order, farewell);
  }

  /** With the run at its end. */
  public SyncRecord done(Digest key) {
    return new SyncRecord(Optional.of(key), run, hooks, order, farewell);
  }

  /** With the hooks of a run as if they had not run: it led to a part of its desired state only. */
  public SyncRecord again(Digest key) {
    List<HookRun> next = new ArrayList<>();
    for (HookRun hook : hooks) {
      if (!hook.key().equals(key)) {
        next.add(hook);
      } else if (hook.present()) {
        next.add(hook.at(HookState.FAILED));
      }
    }
    return new SyncRecord(completed, run, next, order, farewell);
  }

  /** With what removals have to know. */
  public SyncRecord withOrder(
      SortedMap<ResourceId, Placement> placements, List<ObjectNode> atTheEnd) {
    return new SyncRecord(completed, run, hooks, placements, atTheEnd);
  }
}
