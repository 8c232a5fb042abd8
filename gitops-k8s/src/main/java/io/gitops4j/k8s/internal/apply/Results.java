package io.gitops4j.k8s.internal.apply;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.ResourceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What became of the changes of a plan so far. For one thread. */
final class Results {
  private final Plan<?> plan;
  private final Consumer<ChangeResult> progress;
  private final Map<ResourceId, ChangeResult> results = new HashMap<>();

  Results(Plan<?> plan, Consumer<ChangeResult> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** Changes that write nothing have their result from the beginning. */
  void tellUnwritten() {
    for (Change change : plan.changes()) {
      if (!change.action().writes()) {
        boolean none = change.action() == Action.NONE;
        tell(
            change,
            none ? Actuation.SUCCEEDED : Actuation.SKIPPED,
            change.health(),
            Optional.empty());
      }
    }
  }

  void tell(Change change, Actuation actuation, Health health, Optional<Failure> failure) {
    ChangeResult result = new ChangeResult(change, actuation, health, failure);
    results.put(change.id(), result);
    progress.accept(result);
  }

  void tellNotReached(Change change) {
    tell(
        change,
        Actuation.SKIPPED,
        change.health(),
        Optional.of(
            new Failure(
                Stage.APPLY,
                "APPLY-NOT-REACHED",
                Retryability.RETRY,
                Optional.of(change.id().toString()),
                "it was not tried, because something before it failed",
                Optional.of("mend what failed; the next pass goes on"))));
  }

  /** What was written and is now known to be well: nothing that has to be told again. */
  void settled(Change change, Health health) {
    results.put(
        change.id(), new ChangeResult(change, Actuation.SUCCEEDED, health, Optional.empty()));
  }

  /** How well the object of a change is, as far as is known. */
  Health health(Change change) {
    ChangeResult result = results.get(change.id());
    return result == null ? change.health() : result.health();
  }

  /** One result for each change; a hook that another process ran meanwhile had nothing to do. */
  Outcome outcome(Inventory inventory) {
    List<ChangeResult> ordered =
        plan.changes().stream()
            .map(
                c ->
                    results.getOrDefault(
                        c.id(),
                        new ChangeResult(c, Actuation.SUCCEEDED, c.health(), Optional.empty())))
            .toList();
    return new Outcome(ordered, inventory);
  }
}
