package io.gitops4j.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.HistoryEntry.Scope;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.MovableClock;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SyncWindowsTest {
  private static final ZoneId UTC = ZoneOffset.UTC;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final SyncWindow NIGHTS = SyncWindow.allow("0 22 * * *", UTC, Duration.ofHours(2));
  private static final SyncWindow FREEZE = SyncWindow.deny("0 0 24 12 *", UTC, Duration.ofDays(3));

  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-26T12:00:00Z"));

  @Test
  @DisplayName("without a window everything passes; one that is shut and denies holds nothing")
  void passesWithoutWindows() {
    source.commit("one", Map.of("a", "1"));
    assertThat(pass(List.of(FREEZE), Trigger.AUTOMATIC).kind()).isEqualTo(Kind.APPLIED);
    source.commit("two", Map.of("a", "2"));
    assertThat(pass(List.of(), Trigger.AUTOMATIC).kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("outside of all windows that allow it is held, told when the next one opens")
  void holdsOutside() {
    source.commit("one", Map.of("a", "1"));
    SyncWindow noon = SyncWindow.allow("0 13 * * *", UTC, Duration.ofHours(1));

    assertThat(reason(pass(List.of(NIGHTS, noon), Trigger.AUTOMATIC)))
        .contains("'allow 0 13 * * * (Z) for 1h' opens next at 2026-11-26T13:00Z");

    clock.set(Instant.parse("2026-11-26T22:00:00Z"));
    assertThat(pass(List.of(NIGHTS, noon), Trigger.AUTOMATIC).kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("an open window that denies wins over one that allows, told until when")
  void denyWins() {
    source.commit("one", Map.of("a", "1"));
    clock.set(Instant.parse("2026-12-25T22:30:00Z"));
    assertThat(reason(pass(List.of(NIGHTS, FREEZE), Trigger.AUTOMATIC)))
        .contains("'deny 0 0 24 12 * (Z) for 72h' denies it until 2026-12-27T00:00Z");
  }

  @Test
  @DisplayName("what somebody asks for passes only when every window that holds it lets it")
  void letsManualPass() {
    source.commit("one", Map.of("a", "1"));
    clock.set(Instant.parse("2026-12-25T22:30:00Z"));
    SyncWindow lenient = FREEZE.withManual(SyncWindow.Manual.PASSES);
    SyncWindow strict = SyncWindow.deny("0 22 * * *", UTC, Duration.ofHours(1));

    assertThat(pass(List.of(lenient), Trigger.AUTOMATIC).kind()).isEqualTo(Kind.PLANNED);
    assertThat(pass(List.of(lenient, strict), Trigger.MANUAL).kind()).isEqualTo(Kind.PLANNED);
    assertThat(pass(List.of(lenient), Trigger.MANUAL).kind()).isEqualTo(Kind.APPLIED);

    source.commit("two", Map.of("a", "2"));
    clock.set(Instant.parse("2026-11-26T12:00:00Z"));
    assertThat(pass(List.of(NIGHTS), Trigger.MANUAL).kind()).isEqualTo(Kind.PLANNED);
    SyncWindow open = NIGHTS.withManual(SyncWindow.Manual.PASSES);
    assertThat(pass(List.of(open), Trigger.MANUAL).kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("a window for removals holds these alone, and says so in the plan")
  void holdsRemovalsOnly() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    pass(List.of(), Trigger.AUTOMATIC);
    source.commit("two", Map.of("a", "2"));
    SyncWindow removals = NIGHTS.forActions(Set.of(Action.DELETE));

    ReconcileOutcome.Applied applied =
        (ReconcileOutcome.Applied) pass(List.of(removals), Trigger.AUTOMATIC);

    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2").containsKey(TextSet.id("b"));
    assertThat(applied.outcome().results())
        .extracting(ChangeResult::change)
        .filteredOn(c -> c.id().equals(TextSet.id("b")))
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.action()).isEqualTo(Action.SKIP);
              assertThat(c.reason()).isEqualTo(Reason.HELD);
              assertThat(c.note()).contains("opens next at 2026-11-26T22:00Z");
            });
    assertThat(scopes()).as("newest first").containsExactly(Scope.HELD, Scope.WHOLE);
    assertThat(pass(List.of(removals), Trigger.AUTOMATIC).kind())
        .as("only the removal is left")
        .isEqualTo(Kind.PLANNED);

    clock.set(Instant.parse("2026-11-26T23:00:00Z"));
    assertThat(pass(List.of(removals), Trigger.AUTOMATIC).kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).doesNotContainKey(TextSet.id("b"));
  }

  @Test
  @DisplayName("a window for removals holds a replacement too, which removes first")
  void holdsReplacements() {
    Change replacement = PlannedChanges.replacement("a");
    SyncWindow removals = NIGHTS.forActions(Set.of(Action.DELETE));

    assertThat(removals.covers(replacement)).isTrue();
    assertThat(NIGHTS.forActions(Set.of(Action.CREATE)).covers(replacement)).isFalse();
    assertThat(removals.forKinds(Set.of("Other")).covers(replacement)).isFalse();
  }

  @Test
  @DisplayName("a window for one kind does not speak of others")
  void holdsKinds() {
    source.commit("one", Map.of("a", "1"));
    assertThat(pass(List.of(NIGHTS.forKinds(Set.of("Other"))), Trigger.AUTOMATIC).kind())
        .isEqualTo(Kind.APPLIED);
    source.commit("two", Map.of("a", "2"));
    assertThat(pass(List.of(NIGHTS.forKinds(Set.of("tck/Text"))), Trigger.AUTOMATIC).kind())
        .isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName(
      "a part that a window holds passes when the plan is approved, and the reason says so")
  void approvedInPart() {
    source.commit("one", Map.of("a", "1", "b", "1"));
    pass(List.of(), Trigger.AUTOMATIC);
    source.commit("two", Map.of("a", "2"));
    Set<PlanId> approved = new HashSet<>();
    Gate gate =
        new SyncWindows(List.of(NIGHTS.forActions(Set.of(Action.DELETE))), clock)
            .orApproved((target, id) -> approved.contains(id));
    Plan<?> plan =
        ((ReconcileOutcome.Planned) target(List.of()).build().plan(OperationContext.create()))
            .plan();

    GateDecision.HeldInPart held =
        (GateDecision.HeldInPart) gate.decide(plan, OperationContext.create());

    assertThat(held.changes()).containsExactly(TextSet.id("b"));
    assertThat(held.reason()).endsWith(", or approve plan " + plan.id());
    approved.add(plan.id());
    assertThat(gate.decide(plan, OperationContext.create())).isEqualTo(GateDecision.allowed());
  }

  @Test
  @DisplayName("a freeze that opens every minute holds a plan of thousands without delay")
  void holdsMany() {
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < 2000; i++) {
      texts.put("text" + i, "1");
    }
    source.commit("one", texts);
    SyncWindow freeze = SyncWindow.deny("* * * * *", ZoneId.of("Europe/Berlin"), HOUR);

    ReconcileOutcome outcome =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60), () -> pass(List.of(freeze), Trigger.AUTOMATIC));

    assertThat(reason(outcome)).endsWith("denies it without an end");
  }

  @Test
  @DisplayName("an operation that began inside of a window is tried again after it only if it may")
  void overruns() {
    assertThat(failsThenEndsOfWindow(NIGHTS).kind()).isEqualTo(Kind.PLANNED);
    assertThat(failsThenEndsOfWindow(NIGHTS.withRunning(SyncWindow.Running.FINISHES)).kind())
        .isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("an operation that begins outside of a window does not finish because others may")
  void doesNotOverrunFromOutside() {
    source.commit("one", Map.of("a", "1"));
    SyncWindow window = NIGHTS.withRunning(SyncWindow.Running.FINISHES);
    assertThat(pass(List.of(window), Trigger.AUTOMATIC).kind()).isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName("a look between two tries of an operation does not make it another one")
  void looksBetween() {
    clock.set(Instant.parse("2026-11-26T23:59:00Z"));
    source.commit("one", Map.of("a", "1"));
    SyncWindows gate =
        new SyncWindows(List.of(NIGHTS.withRunning(SyncWindow.Running.FINISHES)), clock);
    Reconciler<TextSet> reconciler =
        GitOps.target("windows")
            .source(source)
            .renderer(new TextSet.TextRenderer())
            .destination(destination)
            .gate(gate)
            .build();
    destination.refuse(TextSet.id("a"));
    OperationContext operation = OperationContext.create();
    reconciler.reconcile(operation);
    clock.set(Instant.parse("2026-11-27T00:01:00Z"));
    destination.allow(TextSet.id("a"));

    reconciler.plan(OperationContext.create());

    assertThat(reconciler.reconcile(operation).kind()).isEqualTo(Kind.APPLIED);
  }

  private ReconcileOutcome failsThenEndsOfWindow(SyncWindow window) {
    clock.set(Instant.parse("2026-11-26T23:59:00Z"));
    source.commit(window.running().name(), Map.of(window.running().name(), "1"));
    destination.refuse(TextSet.id(window.running().name()));
    ReconcileListener later =
        new ReconcileListener() {
          @Override
          public void finished(ReconcileEvent.Finished event) {
            clock.set(Instant.parse("2026-11-27T00:01:00Z"));
            destination.allow(TextSet.id(window.running().name()));
          }
        };
    RetryPolicy once = new RetryPolicy(1, Duration.ofMillis(1), 1, Duration.ofMillis(1));
    return target(List.of(window)).retry(once).listener(later).build().reconcile();
  }

  private ReconcileOutcome pass(List<SyncWindow> windows, Trigger trigger) {
    return target(windows).build().reconcile(OperationContext.create().withTrigger(trigger));
  }

  private TargetBuilder<TextSet> target(List<SyncWindow> windows) {
    return GitOps.target("windows")
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(destination)
        .gate(new SyncWindows(windows, clock));
  }

  private List<Scope> scopes() {
    return destination.history().list(new TargetId("windows"), OperationContext.create()).stream()
        .map(HistoryEntry::scope)
        .toList();
  }

  private static String reason(ReconcileOutcome outcome) {
    return ((ReconcileOutcome.Planned) outcome).reason();
  }
}
