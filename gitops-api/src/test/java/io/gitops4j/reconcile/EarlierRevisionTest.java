package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.PlanId;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.HistoryEntry.Scope;
import io.gitops4j.reconcile.HistoryEntry.Trial;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where a rollback goes that nobody gives a revision, by a person or by itself. */
class EarlierRevisionTest {
  @Test
  @DisplayName("it is the newest revision before that was applied whole")
  void goesBack() {
    assertThat(from("c", followed("c"), followed("c"), followed("b"), followed("a")))
        .isEqualTo("b");
    assertThat(from("c", followed("c"))).isEqualTo("none");
    assertThat(from("c")).isEqualTo("none");
    assertThat(
            from(
                "d",
                followed("d"),
                entry("c", Kind.INCOMPLETE, Optional.empty(), Scope.WHOLE, Optional.empty()),
                entry("b", Kind.APPLIED, Optional.empty(), Scope.SELECTED, Optional.empty()),
                entry("b", Kind.APPLIED, Optional.empty(), Scope.HELD, Optional.empty()),
                followed("a")))
        .isEqualTo("a");
  }

  @Test
  @DisplayName("from where a pin holds it is what was before, not what the pin left")
  void goesFurtherBack() {
    assertThat(from("b", pinned("b"), followed("c"), followed("b"), followed("a"))).isEqualTo("a");
    assertThat(
            from(
                "a",
                pinned("a"),
                pinned("b"),
                followed("c"),
                followed("b"),
                followed("a"),
                followed("z")))
        .isEqualTo("z");
    assertThat(from("b", pinned("b"), followed("c")))
        .as("all that is known was left")
        .isEqualTo("none");
  }

  @Test
  @DisplayName(
      "what lies between a pin and where it went back to was left, too, though never named")
  void leavesWhatLiesBetween() {
    assertThat(from("a", pinned("a"), followed("d"), followed("c"), followed("a"), followed("z")))
        .isEqualTo("z");
    assertThat(from("e", followed("e"), pinned("a"), followed("d"), followed("c"), followed("a")))
        .isEqualTo("a");
  }

  @Test
  @DisplayName("what was gone back from counts again when it was applied again since")
  void forgivesWhatWasAppliedAgain() {
    assertThat(
            from("d", followed("d"), followed("c"), pinned("b", "c"), followed("c"), followed("b")))
        .isEqualTo("c");
    assertThat(from("d", followed("d"), pinned("b", "c"), followed("c"), followed("b")))
        .isEqualTo("b");
  }

  @Test
  @DisplayName("what was waited for in vain counts only when there is nothing else")
  void prefersWhatBecameWell() {
    HistoryEntry vain = tried("c", Set.of(new ResourceId("", "ConfigMap", "shop", "a")));

    assertThat(from("d", followed("d"), vain, tried("b", Set.of()), followed("a"))).isEqualTo("b");
    assertThat(from("d", followed("d"), vain, followed("b"))).as("nobody waited").isEqualTo("b");
    assertThat(from("d", followed("d"), vain)).isEqualTo("c");
  }

  private static String from(String current, HistoryEntry... history) {
    return Rollback.earlier(revision(current), List.of(history))
        .map(e -> e.revision().reference())
        .orElse("none");
  }

  private static HistoryEntry followed(String name) {
    return entry(name, Kind.APPLIED, Optional.empty(), Scope.WHOLE, Optional.empty());
  }

  private static HistoryEntry tried(String name, Set<ResourceId> awaited) {
    Trial trial = new Trial(Set.of(), awaited);
    return entry(name, Kind.APPLIED, Optional.empty(), Scope.WHOLE, Optional.of(trial));
  }

  private static HistoryEntry pinned(String name) {
    return pinned(name, Optional.empty(), Pin.Until.RELEASED);
  }

  private static HistoryEntry pinned(String name, String bad) {
    return pinned(name, Optional.of(revision(bad)), Pin.Until.MOVED_ON);
  }

  private static HistoryEntry pinned(String name, Optional<Revision> bad, Pin.Until until) {
    Pin pin = new Pin(revision(name), bad, "Ann", "", Instant.EPOCH, until, Pin.Hooks.RUN);
    return entry(name, Kind.APPLIED, Optional.of(pin), Scope.WHOLE, Optional.empty());
  }

  private static HistoryEntry entry(
      String name, Kind kind, Optional<Pin> pin, Scope scope, Optional<Trial> trial) {
    return new HistoryEntry(
        "operation",
        revision(name),
        kind,
        new PlanId(Digest.sha256(name)),
        Instant.EPOCH,
        Duration.ZERO,
        pin,
        scope,
        trial,
        List.of());
  }

  private static Revision revision(String name) {
    return new Revision(name, Digest.sha256(name), Optional.empty());
  }
}
