package io.gitops4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@link HistoryStore} promises. */
public abstract class HistoryStoreContract {
  private static final ResourceId THING = new ResourceId("apps", "Deployment", "ns", "web");

  private final OperationContext context = OperationContext.create();
  private final TargetId target = new TargetId("contract-" + UUID.randomUUID());

  /** The store, empty for a target that nobody stored. */
  protected abstract HistoryStore store();

  /** How many small entries it keeps for a target, at least 3. */
  protected abstract int limit();

  @Test
  @DisplayName("what was never added is empty, what was added comes back whole, the newest first")
  void givesBackWhatWasAdded() {
    assertThat(store().list(target, context)).isEmpty();

    add(ended(1), ended(2), waiting(3));

    assertThat(store().list(target, context)).containsExactly(waiting(3), ended(2), ended(1));
    assertThat(store().list(new TargetId("contract-other"), context)).isEmpty();
  }

  @Test
  @DisplayName("an entry of a pass that is kept takes its place, whatever was added meanwhile")
  void keepsOneForAPass() {
    add(ended(1), waiting(2));
    add(ended(2));
    assertThat(store().list(target, context)).containsExactly(ended(2), ended(1));

    add(waiting(3), waiting(4), ended(3));

    assertThat(store().list(target, context))
        .containsExactly(waiting(4), ended(3), ended(2), ended(1));
  }

  @Test
  @DisplayName("another try of an operation is a pass of its own")
  void keepsEveryTry() {
    HistoryEntry first = entry(1, Instant.EPOCH, Set.of());
    HistoryEntry second = entry(1, Instant.EPOCH.plusMillis(1), Set.of());

    add(first, second);

    assertThat(store().list(target, context)).containsExactly(second, first);
  }

  @Test
  @DisplayName("the oldest entries go first, and none does when the entry of a pass is replaced")
  void isBounded() {
    int all = limit() + 2;
    IntStream.rangeClosed(1, all).forEach(i -> add(waiting(i)));
    List<HistoryEntry> kept = IntStream.range(0, limit()).mapToObj(i -> waiting(all - i)).toList();
    assertThat(store().list(target, context)).isEqualTo(kept);

    add(ended(all - 1));

    assertThat(store().list(target, context))
        .hasSize(limit())
        .startsWith(waiting(all), ended(all - 1))
        .endsWith(waiting(3));
  }

  private void add(HistoryEntry... entries) {
    for (HistoryEntry entry : entries) {
      store().add(target, entry, context);
    }
  }

  /** A pass that is recorded while it waits. */
  private static HistoryEntry waiting(int pass) {
    return entry(pass, Instant.EPOCH, Set.of(THING));
  }

  /** The same when it ended. */
  private static HistoryEntry ended(int pass) {
    return entry(pass, Instant.EPOCH, Set.of());
  }

  private static HistoryEntry entry(int pass, Instant started, Set<ResourceId> awaited) {
    String name = "pass-" + pass;
    return new HistoryEntry(
        name,
        new Revision("main", Digest.sha256(name), Optional.empty()),
        ReconcileOutcome.Kind.APPLIED,
        new PlanId(Digest.sha256(name)),
        started,
        Duration.ofSeconds(1),
        Optional.empty(),
        HistoryEntry.Scope.WHOLE,
        Optional.of(new HistoryEntry.Trial(Set.of(), awaited)),
        List.of(
            new HistoryEntry.Line(
                THING,
                Action.UPDATE,
                Reason.CHANGED,
                Actuation.SUCCEEDED,
                Health.of(awaited.isEmpty() ? HealthStatus.HEALTHY : HealthStatus.PROGRESSING),
                Optional.empty())));
  }
}
