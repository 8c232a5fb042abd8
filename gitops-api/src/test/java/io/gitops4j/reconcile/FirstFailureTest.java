package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Why a pass failed, in one failure. */
class FirstFailureTest {
  @Test
  @DisplayName("the failure of a hook is told, not that of a Deployment that waited for it")
  void causesComeFirst() {
    ChangeResult waited = result("apps", "Deployment", Actuation.SKIPPED, "APPLY-NOT-REACHED");
    ChangeResult hook = result("batch", "Job", Actuation.FAILED, "HOOK-FAILED");

    ReconcileOutcome outcome = incomplete(waited, hook);

    assertThat(outcome.firstFailure().map(Failure::code)).contains("HOOK-FAILED");
  }

  @Test
  @DisplayName("what was written and did not become well is a cause, too")
  void unwellIsACause() {
    ChangeResult waited = result("apps", "Deployment", Actuation.SKIPPED, "APPLY-NOT-REACHED");
    ChangeResult unwell = result("batch", "Job", Actuation.SUCCEEDED, "HEALTH-NOT-REACHED");

    assertThat(incomplete(waited, unwell).firstFailure().map(Failure::code))
        .contains("HEALTH-NOT-REACHED");
  }

  @Test
  @DisplayName("where nothing was tried, what is known of it is told")
  void consequencesAreBetterThanNothing() {
    ChangeResult waited = result("apps", "Deployment", Actuation.SKIPPED, "APPLY-NOT-REACHED");

    assertThat(incomplete(waited).firstFailure().map(Failure::code)).contains("APPLY-NOT-REACHED");
  }

  @Test
  @DisplayName("what an end has is had without a cast, what it has not is empty")
  void partsOfAnEnd() {
    ReconcileOutcome incomplete =
        incomplete(result("batch", "Job", Actuation.FAILED, "HOOK-FAILED"));
    Failure failure = incomplete.firstFailure().orElseThrow();
    ReconcileOutcome failed = new ReconcileOutcome.Failed(incomplete.pass(), failure);

    assertThat(incomplete.madePlan().orElseThrow().changes()).hasSize(1);
    assertThat(incomplete.appliedOutcome().orElseThrow().failures()).containsExactly(failure);
    assertThat(incomplete.whyHeld()).isEmpty();
    assertThat(failed.firstFailure()).contains(failure);
    assertThat(failed.madePlan()).isEmpty();
    assertThat(failed.appliedOutcome()).isEmpty();
  }

  private static ReconcileOutcome incomplete(ChangeResult... results) {
    TargetId target = new TargetId("shop");
    Revision revision = new Revision("main", Digest.sha256("one"), Optional.empty());
    Plan<TextSet> plan =
        Plan.of(
            target,
            new TextSet(revision, new TreeMap<>()),
            Inventory.empty(),
            Arrays.stream(results).map(ChangeResult::change).toList());
    Pass pass =
        new Pass(
            "1",
            target,
            Optional.of(revision),
            Optional.empty(),
            Optional.empty(),
            Instant.EPOCH,
            Duration.ZERO);
    return new ReconcileOutcome.Incomplete(
        pass, plan, new Outcome(List.of(results), Inventory.empty()));
  }

  private static ChangeResult result(String group, String kind, Actuation actuation, String code) {
    Health health = Health.of(HealthStatus.MISSING);
    Change change =
        new Change(
            new ResourceId(group, kind, "shop", "web"),
            Action.CREATE,
            Reason.NEW,
            List.of(),
            Optional.empty(),
            health,
            "");
    Failure failure =
        new Failure(
            Stage.APPLY,
            code,
            Retryability.RETRY,
            Optional.of(change.id().toString()),
            "it failed",
            Optional.empty());
    return new ChangeResult(change, actuation, health, Optional.of(failure));
  }
}
