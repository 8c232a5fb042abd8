package io.gitops4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.PlanId;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HistoryChoiceTest {
  @Test
  @DisplayName("a rollback goes from the current revision to the earlier one")
  void goesBack() {
    assertThat(HistoryChoice.previous(List.of(followed("c"), followed("c"), followed("b"))))
        .contains(followed("b"));
    assertThat(HistoryChoice.previous(List.of(pinned("b"), followed("c"), followed("b"))))
        .isEmpty();
    assertThat(HistoryChoice.previous(List.of())).isEmpty();
  }

  @Test
  @DisplayName("a revert brings Git to what the target went back to")
  void follows() {
    assertThat(HistoryChoice.held(List.of(pinned("b"), followed("c"), followed("b"))))
        .contains(pinned("b"));
    assertThat(HistoryChoice.held(List.of(followed("c"), followed("b")))).contains(followed("b"));
  }

  private static HistoryEntry followed(String content) {
    return entry(content, Optional.empty());
  }

  private static HistoryEntry pinned(String content) {
    return entry(
        content,
        Optional.of(
            new Pin(
                revision(content),
                Optional.empty(),
                "Ann",
                "",
                Instant.EPOCH,
                Pin.Until.RELEASED,
                Pin.Hooks.RUN)));
  }

  private static HistoryEntry entry(String content, Optional<Pin> pin) {
    return new HistoryEntry(
        "operation",
        revision(content),
        ReconcileOutcome.Kind.APPLIED,
        new PlanId(Digest.sha256(content)),
        Instant.EPOCH,
        Duration.ZERO,
        pin,
        HistoryEntry.Scope.WHOLE,
        Optional.empty(),
        List.of());
  }

  private static Revision revision(String content) {
    return new Revision("main", Digest.sha256(content), Optional.empty());
  }
}
