package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.ObjectPermissions;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where it is checked what a target may touch, and what becomes of what it may not. */
public final class Permits {
  private static final String CODE = "K8S-NOT-PERMITTED";

  private final ObjectPermissions rules;

  /** Checks by the given rules. */
  public Permits(ObjectPermissions rules) {
    this.rules = rules;
  }

  /**
   * Nothing that is desired may be outside of what is permitted.
   *
   * @throws DiffException that lists every object that is, and why
   */
  void demand(TargetId target, Collection<ResourceId> desired) {
    List<String> refused = new ArrayList<>();
    for (ResourceId id : desired) {
      rules.refusal(id).ifPresent(why -> refused.add(id + ": " + why));
    }
    if (!refused.isEmpty()) {
      throw new DiffException(
          CODE,
          Retryability.RETRY_ON_CHANGE,
          target.name(),
          String.join("; ", refused),
          "take it out of the source, or have it permitted; nothing was asked or changed",
          null);
    }
  }

  /** Whether an object may be touched. */
  public boolean allows(ResourceId id) {
    return rules.refusal(id).isEmpty();
  }

  /** What is not touched though it should be, and why; nobody looked how it is. */
  Optional<Change> left(ResourceId id, String what) {
    return rules
        .refusal(id)
        .map(
            why ->
                new Change(
                    id,
                    Action.SKIP,
                    Reason.NOT_PERMITTED,
                    List.of(),
                    Optional.empty(),
                    unseen(why),
                    what + ": " + why));
  }

  /** The last look, right before something is written. */
  public Optional<Failure> refusal(ResourceId id) {
    return rules
        .refusal(id)
        .map(
            why ->
                new Failure(
                    Stage.APPLY,
                    CODE,
                    Retryability.RETRY_ON_CHANGE,
                    Optional.of(id.toString()),
                    why,
                    Optional.of("have it permitted again, or make a new plan")));
  }

  /** The health of what must not be looked at, empty for what may. */
  public Optional<Health> unseen(ResourceId id) {
    return rules.refusal(id).map(Permits::unseen);
  }

  private static Health unseen(String why) {
    return new Health(HealthStatus.UNKNOWN, "not looked at: " + why);
  }
}
