package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.TargetBuilder;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.SyncWindow;
import io.gitops4j.gate.SyncWindows;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.AutoRollback;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.RetryPolicy;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sync windows, and gates that ask who began a pass, of targets that a controller runs. */
class ControllerWindowsTest extends ControllerHarness {
  private static final Duration LOOKS = Duration.ofMinutes(30);
  private static final TargetId SHOP = new TargetId("shop");

  /** What somebody asks for passes it. */
  private static final SyncWindow FREEZE =
      SyncWindow.deny("* * * * *", ZoneOffset.UTC, Duration.ofHours(1))
          .withManual(SyncWindow.Manual.PASSES);

  /** Open for a minute from the beginning of the test on. */
  private static final SyncWindow MINUTE =
      SyncWindow.allow("0 0 * * *", ZoneOffset.UTC, Duration.ofMinutes(1));

  /** Open until after the first time that something is tried again. */
  private static final SyncWindow WIDE =
      SyncWindow.allow("0 0 * * *", ZoneOffset.UTC, Duration.ofMinutes(3));

  private final InMemoryDestination destination = new InMemoryDestination();

  private GitOpsController started(SyncWindow window) {
    return started(target(window));
  }

  private TargetBuilder<TextSet> target(SyncWindow window) {
    return described(SHOP.name(), destination).gate(new SyncWindows(List.of(window), time.wall()));
  }

  private GitOpsController started(TargetBuilder<TextSet> target) {
    return started(
        ScheduledTarget.builder(target.build())
            .interval(LOOKS)
            .retry(new RetryPolicy(5, Duration.ofMinutes(2), 1, Duration.ofMinutes(2))));
  }

  private List<Kind> kinds() {
    return events.of(ReconcileEvent.Finished.class).stream().map(e -> e.outcome().kind()).toList();
  }

  private void commit(String text) {
    source.commit(text, Map.of("a", text));
  }

  @Test
  @DisplayName("manualSync lets a pass through that somebody asked for, and no other")
  void asked() {
    commit("1");
    GitOpsController controller = started(FREEZE);
    assertThat(kinds()).containsExactly(Kind.PLANNED);

    controller.trigger(SHOP);
    time.work();

    assertThat(kinds()).containsExactly(Kind.PLANNED, Kind.APPLIED);
    commit("2");
    time.advance(LOOKS);
    assertThat(kinds()).last().isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName(
      "a target that is synced by hand is compared, and waits to be asked for each revision")
  void byHand() {
    commit("1");
    GitOpsController controller =
        started(described(SHOP.name(), destination).gate(Gate.onlyAsked("it is synced by hand")));
    time.advance(LOOKS);
    assertThat(kinds()).isNotEmpty().containsOnly(Kind.PLANNED);
    assertThat(controller.status(SHOP).message()).contains("it is synced by hand");

    controller.trigger(SHOP);
    time.work();
    assertThat(kinds()).last().isEqualTo(Kind.APPLIED);
    commit("2");
    time.advance(LOOKS);
    assertThat(kinds()).last().isEqualTo(Kind.PLANNED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("what somebody asked for while a pass runs is asked for all the same")
  void askedMeanwhile() {
    commit("1");
    GitOpsController[] controller = new GitOpsController[1];
    TargetBuilder<TextSet> target =
        target(FREEZE)
            .listener(
                new ReconcileListener() {
                  @Override
                  public void compared(ReconcileEvent.Compared event) {
                    if (kinds().isEmpty() && controller[0] != null) {
                      controller[0].trigger(SHOP);
                    }
                  }
                });
    controller[0] = started(target);
    events.forget();
    time.advance(LOOKS);

    assertThat(kinds()).startsWith(Kind.PLANNED, Kind.APPLIED);
  }

  @Test
  @DisplayName("a rollback that somebody asks for passes a freeze with manualSync")
  void rollsBack() {
    commit("1");
    GitOpsController controller = started(FREEZE);
    controller.trigger(SHOP);
    time.work();
    commit("2");
    controller.trigger(SHOP);
    time.work();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2");
    List<HistoryEntry> history = destination.history().list(SHOP, OperationContext.create());

    controller.rollback(
        SHOP, Rollback.to(history.get(1), "ann@example.com", "it is slow"), context());
    time.work();

    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("what somebody asked for and failed is still asked for when it is tried again")
  void askedAndFailed() {
    commit("1");
    destination.refuse(TextSet.id("a"));
    GitOpsController controller = started(FREEZE);
    controller.trigger(SHOP);
    time.work();
    assertThat(kinds()).containsExactly(Kind.PLANNED, Kind.INCOMPLETE);
    destination.allow(TextSet.id("a"));

    time.advance(Duration.ofMinutes(2));

    assertThat(kinds()).last().isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("syncOverrun brings to its end what began inside of the window, and nothing else")
  void overruns() {
    commit("1");
    destination.refuse(TextSet.id("a"));
    started(MINUTE.withRunning(SyncWindow.Running.FINISHES));
    assertThat(kinds()).containsExactly(Kind.INCOMPLETE);
    destination.allow(TextSet.id("a"));

    time.advance(Duration.ofMinutes(2));

    assertThat(kinds()).containsExactly(Kind.INCOMPLETE, Kind.APPLIED);
    commit("2");
    time.advance(LOOKS);
    assertThat(kinds()).last().isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName("without syncOverrun a pass that failed waits for the next window")
  void waits() {
    commit("1");
    destination.refuse(TextSet.id("a"));
    started(MINUTE);
    destination.allow(TextSet.id("a"));

    time.advance(Duration.ofMinutes(2));

    assertThat(kinds()).containsExactly(Kind.INCOMPLETE, Kind.PLANNED);
  }

  @Test
  @DisplayName("a newer revision that another try finds after the window waits for the next one")
  void newerAfterTheWindow() {
    commit("1");
    destination.refuse(TextSet.id("a"));
    started(MINUTE.withRunning(SyncWindow.Running.FINISHES));
    time.advance(Duration.ofMinutes(2));
    assertThat(kinds()).containsExactly(Kind.INCOMPLETE, Kind.INCOMPLETE);
    destination.allow(TextSet.id("a"));
    commit("2");

    time.advance(Duration.ofMinutes(2));

    assertThat(kinds()).hasSize(3).last().isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName("a newer revision that fails inside of the window is brought to its end after it")
  void newerInTheWindow() {
    commit("1");
    destination.refuse(TextSet.id("a"));
    started(WIDE.withRunning(SyncWindow.Running.FINISHES));
    commit("2");
    time.advance(Duration.ofMinutes(2));
    assertThat(kinds()).containsExactly(Kind.INCOMPLETE, Kind.INCOMPLETE);
    destination.allow(TextSet.id("a"));

    time.advance(Duration.ofMinutes(2));

    assertThat(kinds()).last().isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2");
  }

  @Test
  @DisplayName("going back from what began inside of the window is how it ends")
  void goesBackAfterTheWindow() {
    commit("1");
    GitOpsController controller =
        started(
            target(MINUTE.withRunning(SyncWindow.Running.FINISHES))
                .autoRollback(AutoRollback.within(Duration.ofHours(1)))
                .listener(
                    new ReconcileListener() {
                      @Override
                      public void goesBack(ReconcileEvent.GoesBack event) {
                        time.jump(Duration.ofMinutes(5));
                      }
                    }));
    commit("2");
    destination.ail("2", new Health(HealthStatus.DEGRADED, "container main waits"));

    controller.trigger(SHOP);
    time.work();

    assertThat(kinds()).containsExactly(Kind.APPLIED, Kind.INCOMPLETE, Kind.APPLIED);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  private static OperationContext context() {
    return OperationContext.create();
  }
}
