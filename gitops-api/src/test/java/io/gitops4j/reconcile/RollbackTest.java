package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RollbackTest extends TargetHarness {
  private final Reconciler<TextSet> reconciler = target().build();

  @Test
  @DisplayName("a rollback to a history entry brings back exactly that revision, and prunes")
  void goesBack() {
    Revision first = applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2", "b", "2"));

    ReconcileOutcome outcome = reconciler.rollback(toOldest(), context());

    assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
    assertThat(outcome.pass().revision()).contains(first);
    assertThat(outcome.pass().pin().orElseThrow().by()).isEqualTo("ann");
    assertThat(destination.live()).isEqualTo(Map.of(TextSet.id("a"), "1"));
    HistoryEntry entry = history().get(0);
    assertThat(entry.revision()).isEqualTo(first);
    assertThat(entry.pin().orElseThrow().why()).isEqualTo("two is broken");
  }

  @Test
  @DisplayName(
      "while it is pinned, passes heal the pinned revision, new commits change nothing, and another"
          + " process sees the pin")
  void staysWhileAutomationIsOn() {
    applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2"));
    reconciler.rollback(toOldest(), context());
    source.commit("three", Map.of("a", "3"));
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome healed = target().build().reconcile();

    assertThat(healed.kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    Revision pinned = reconciler.pin(context()).orElseThrow().revision();
    assertThat(reconciler.newer(pinned, context())).as("nothing to run a pass for").isEmpty();
  }

  @Test
  @DisplayName("a release leads back to where the source stands, with the next pass")
  void releases() {
    applied("one", Map.of("a", "1"));
    Revision second = applied("two", Map.of("a", "2"));
    ReconcileOutcome pinned = reconciler.rollback(toOldest(), context());

    assertThat(reconciler.release(context())).isEqualTo(pinned.pass().pin());

    assertThat(reconciler.newer(pinned.pass().revision().orElseThrow(), context()))
        .contains(second);
    ReconcileOutcome outcome = reconciler.reconcile();
    assertThat(outcome.pass().pin()).isEmpty();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2");
    assertThat(reconciler.release(context())).isEmpty();
  }

  @Test
  @DisplayName("a pin until something else shows up ends with the next commit, by itself")
  void movesOn() {
    applied("one", Map.of("a", "1"));
    Revision bad = applied("two", Map.of("a", "2"));
    Rollback wish = toOldest().until(Pin.Until.MOVED_ON);
    ReconcileOutcome back = reconciler.rollback(wish, context());
    assertThat(back.pass().pin().orElseThrow().bad()).contains(bad);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    Revision third = source.commit("three", Map.of("a", "3"));

    assertThat(reconciler.newer(back.pass().revision().orElseThrow(), context())).contains(third);
    assertThat(reconciler.plan(context()).pass().pin()).isEmpty();
    assertThat(destination.pins().load(reconciler.target(), context()))
        .as("a plan writes nothing, not even that the pin is over")
        .isPresent();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "3");
    assertThat(destination.pins().load(reconciler.target(), context())).isEmpty();
  }

  @Test
  @DisplayName("a revert that brings the pinned content back ends the pin without writing")
  void endsWithARevert() {
    applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2"));
    reconciler.rollback(toOldest().until(Pin.Until.MOVED_ON), context());
    source.commit("revert two", Map.of("a", "1"));

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(destination.pins().load(reconciler.target(), context())).isEmpty();
  }

  @Test
  @DisplayName("a plan of a rollback shows what it would do, and pins and writes nothing")
  void plans() {
    applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2"));
    int writes = destination.writes();

    ReconcileOutcome outcome = reconciler.planRollback(toOldest(), context());

    assertThat(outcome.kind()).isEqualTo(Kind.PLANNED);
    assertThat(((ReconcileOutcome.Planned) outcome).plan().changes()).hasSize(1);
    assertThat(destination.writes()).isEqualTo(writes);
    assertThat(reconciler.pin(context())).isEmpty();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("gates are asked about a rollback as about any pass, and the pin waits with it")
  void asksGates() {
    applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2"));
    Gate closed = (plan, pass) -> GateDecision.held("the window is closed");

    ReconcileOutcome outcome = target().gate(closed).build().rollback(toOldest(), context());

    assertThat(outcome.kind()).isEqualTo(Kind.PLANNED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2");
    assertThat(reconciler.pin(context())).isPresent();
  }

  @Test
  @DisplayName("a revision that cannot be had leaves everything as it was")
  void refusesWhatIsGone() {
    applied("one", Map.of("a", "1"));
    Revision gone = new Revision("main", Digest.sha256("never"), Optional.empty());

    ReconcileOutcome outcome =
        reconciler.rollback(Rollback.to(gone, "ann", "a mistake"), context());

    assertThat(((ReconcileOutcome.Failed) outcome).failure().code())
        .isEqualTo("SOURCE-REVISION-GONE");
    assertThat(reconciler.pin(context())).isEmpty();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a rollback that fails before it is pinned is tried again as what it is")
  void triesAgainWithTheWish() {
    applied("one", Map.of("a", "1"));
    source.commit("two", Map.of("a", "2"));
    Revision gone = new Revision("main", Digest.sha256("never"), Optional.empty());
    RetryPolicy once = new RetryPolicy(1, Duration.ofMillis(1), 1, Duration.ofMillis(1));

    ReconcileOutcome outcome =
        target().retry(once).build().rollback(Rollback.to(gone, "ann", "a mistake"), context());

    assertThat(outcome.kind()).isEqualTo(Kind.FAILED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("a pass that ends a pin leaves alone what was pinned while it ran")
  void keepsWhatIsPinnedMeanwhile() {
    applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2"));
    Rollback back = toOldest();
    reconciler.rollback(back.until(Pin.Until.MOVED_ON), context());
    source.commit("three", Map.of("a", "3"));

    assertThat(target().gate(pins(back)).build().reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(reconciler.pin(context()).orElseThrow().until()).isEqualTo(Pin.Until.RELEASED);
  }

  @Test
  @DisplayName("going back by itself leaves alone what somebody pinned while the bad one ran")
  void leavesTheDecisionOfPeople() {
    applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2"));
    destination.ail("broken", new Health(HealthStatus.DEGRADED, "container main waits"));
    source.commit("three", Map.of("a", "broken"));

    target()
        .autoRollback(AutoRollback.within(Duration.ofMinutes(5)))
        .gate(pins(toOldest()))
        .build()
        .reconcile();

    assertThat(reconciler.pin(context()).orElseThrow().by()).isEqualTo("ann");
  }

  /** What somebody else does while a pass runs. */
  private Gate pins(Rollback wish) {
    return (plan, pass) -> {
      if (reconciler.pin(context()).isEmpty()) {
        reconciler.pin(wish, context());
      }
      return GateDecision.allowed();
    };
  }

  @Test
  @DisplayName("a release ends the wait of the pass that runs, and the next try may wait again")
  void releasesWhileItWaits() {
    source.commit("one", Map.of("a", "1"));
    List<Boolean> superseded = new ArrayList<>();
    AtomicReference<Reconciler<TextSet>> self = new AtomicReference<>();
    Gate waits =
        (plan, context) -> {
          if (superseded.isEmpty()) {
            self.get().release(context());
            superseded.add(context.superseded());
            throw new OperationCancelledException(Stage.APPLY, "nothing waits for it any more");
          }
          superseded.add(context.superseded());
          return GateDecision.allowed();
        };
    self.set(
        target()
            .gate(waits)
            .retry(new RetryPolicy(1, Duration.ofMillis(1), 1, Duration.ofMillis(1)))
            .build());

    ReconcileOutcome outcome = self.get().reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
    assertThat(superseded).containsExactly(true, false);
  }

  @Test
  @DisplayName("a target that is synced by hand goes back when asked, and shows that it would")
  void goesBackWhereNothingHappensByItself() {
    applied("one", Map.of("a", "1"));
    applied("two", Map.of("a", "2"));
    List<Trigger> asked = new ArrayList<>();
    Reconciler<TextSet> manual =
        target()
            .gate(Gate.onlyAsked("it is synced by hand"))
            .gate(
                (plan, context) -> {
                  asked.add(context.trigger());
                  return GateDecision.allowed();
                })
            .build();

    manual.planRollback(toOldest(), context());
    assertThat(asked).containsExactly(Trigger.MANUAL);

    assertThat(manual.rollback(toOldest(), context()).kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  private Revision applied(String message, Map<String, String> tree) {
    Revision revision = source.commit(message, tree);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    return revision;
  }

  private Rollback toOldest() {
    List<HistoryEntry> entries = history();
    return Rollback.to(entries.get(entries.size() - 1), "ann", "two is broken");
  }

  private List<HistoryEntry> history() {
    return destination.history().list(reconciler.target(), context());
  }

  private static OperationContext context() {
    return OperationContext.create();
  }
}
