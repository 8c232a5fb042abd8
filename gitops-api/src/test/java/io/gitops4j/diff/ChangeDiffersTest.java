package io.gitops4j.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.tck.TextSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeDiffersTest {
  @ParameterizedTest(name = "{0} {1}: {2}")
  @DisplayName("what is left alone, was not asked for or need not run is no difference")
  @CsvSource({
    "NONE, IN_SYNC, false",
    "NONE, DRIFT_IGNORED, false",
    "SKIP, LEFT, false",
    "SKIP, NOT_SELECTED, false",
    "SKIP, HOOK, false",
    "CREATE, HOOK, true",
    "UPDATE, CHANGED, true",
    "DELETE, REMOVED, true",
    "SKIP, DRIFT_OBSERVED, true",
    "SKIP, PRUNE_DISABLED, true",
    "SKIP, HELD, true",
    "SKIP, NOT_OWNED, true"
  })
  void differs(Action action, Reason reason, boolean differs) {
    Change change =
        new Change(
            TextSet.id("a"),
            action,
            reason,
            List.of(),
            Optional.empty(),
            Health.of(HealthStatus.HEALTHY),
            "");

    assertThat(change.differs()).isEqualTo(differs);
    assertThat(plan(change).hasDifferences()).isEqualTo(differs);
  }

  private static Plan<TextSet> plan(Change change) {
    Revision revision = new Revision("main", Digest.sha256("one"), Optional.empty());
    return Plan.of(
        new TargetId("shop"),
        new TextSet(revision, Collections.emptySortedMap()),
        Inventory.empty(),
        List.of(change));
  }
}
