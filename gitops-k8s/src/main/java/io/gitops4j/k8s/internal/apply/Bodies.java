package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.Substitutions;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What is sent for the changes of a plan, as far as it is known by now. For one thread. */
final class Bodies {
  private final ObjectWrites.Parts parts;
  private final Plan<ManifestSet> plan;
  private final Map<ResourceId, Prepared> desired;
  private final OperationContext context;
  private final Map<ResourceId, Prepared> arrived = new HashMap<>();

  Bodies(
      ObjectWrites.Parts parts,
      Plan<ManifestSet> plan,
      Map<ResourceId, Prepared> desired,
      OperationContext context) {
    this.parts = parts;
    this.plan = plan;
    this.desired = desired;
    this.context = context;
  }

  /** What is sent, or why nothing is. */
  record Body(Optional<Prepared> prepared, Optional<Failure> failure) {
    private static Body of(Prepared prepared) {
      return new Body(Optional.of(prepared), Optional.empty());
    }

    private static Body none(Failure why) {
      return new Body(Optional.empty(), Optional.of(why));
    }
  }

  /** Waits for kinds that are not served yet; what is served then is known how to be written. */
  void arrive(List<Change> batch) {
    List<Prepared> missing =
        batch.stream()
            .filter(c -> c.action() != Action.DELETE)
            .map(c -> desired.get(c.id()))
            .filter(Prepared::awaited)
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    parts.establishment().awaitKinds(missing, parts.settings().kindWait(), context);
    SortedMap<ResourceId, Prepared> now =
        parts.preparation().prepare(plan.desired(), plan.target(), context);
    for (Prepared one : missing) {
      ResourceId id = one.id();
      Optional.ofNullable(now.get(id))
          .or(
              () ->
                  Optional.ofNullable(
                      now.get(new ResourceId(id.group(), id.kind(), "", id.name()))))
          .ifPresent(found -> arrived.put(id, found));
    }
  }

  /** As it is made ready by now. */
  Prepared of(Change change) {
    return arrived.getOrDefault(change.id(), desired.get(change.id()));
  }

  /** The same with all that it takes from others. */
  Body filled(Change change) {
    switch (change.rehearsal()) {
      case TAKEN, REFUSED -> {}
      case IMPOSSIBLE -> {
        // A value that is known only now may be another than the one that was refused.
        if (!redefined(change.id()) && of(change).placement().substitutions().isEmpty()) {
          return Body.none(
              KubeFailures.immutable(Stage.APPLY, change.id().toString(), change.note()));
        }
      }
      case UNKNOWN -> {
        String next = "look at its webhook; the next pass compares anew";
        return Body.none(failure(change, "K8S-SERVER-ERROR", change.note(), next));
      }
    }
    Prepared prepared = of(change);
    if (prepared.awaited()) {
      long waited = parts.settings().kindWait().toSeconds();
      return Body.none(
          failure(
              change,
              "K8S-KIND-UNKNOWN",
              "the server serves no %s %s, %d seconds after everything else was applied"
                  .formatted(prepared.resource().apiVersion(), prepared.id().kind(), waited),
              "look at what should define the kind; the next pass goes on"));
    }
    // Values of others are looked at now: what they come from was written since the comparison.
    Substitutions.Filled filled =
        new Substitutions(parts.discovery(), parts.observer(), parts.settings().permits(), context)
            .fill(prepared);
    if (!filled.unknown().isEmpty()) {
      return Body.none(
          failure(
              change,
              "K8S-VALUE-MISSING",
              "a value that it takes from another object is not known: "
                  + String.join("; ", filled.unknown()),
              "correct config.kubernetes.io/apply-time-mutation, or its source"));
    }
    return Body.of(change.reason() == Reason.JOINED ? filled.object().joining() : filled.object());
  }

  /**
   * What a field may become is said by the definition of its kind, which may be about to change.
   */
  private boolean redefined(ResourceId id) {
    return plan.changes().stream()
        .filter(c -> c.action().writes())
        .map(Change::id)
        .anyMatch(
            d ->
                d.kind().equals("CustomResourceDefinition") && d.name().endsWith("." + id.group()));
  }

  /** A failure of one change that the next pass may mend. */
  static Failure failure(Change change, String code, String reason, String next) {
    return new Failure(
        Stage.APPLY,
        code,
        Retryability.RETRY,
        Optional.of(change.id().toString()),
        reason,
        Optional.of(next));
  }
}
