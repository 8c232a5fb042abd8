package io.gitops4j.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HistoryJsonTest {
  private static final String DIGEST = "sha1:" + "a".repeat(40);
  private static final String PLAN = "sha256:" + "b".repeat(64);

  @Test
  @DisplayName("an entry is read back as it was written")
  void readsWhatItWrote() {
    Revision good =
        new Revision(
            "main",
            Digest.parse(DIGEST),
            Optional.of(
                new Revision.Commit(
                    "Ann <ann@example.com>", "Bob <bob@example.com>", Instant.EPOCH, "why\n\nso")));
    Revision bad = new Revision("main", Digest.sha256("bad"), Optional.empty());
    HistoryEntry entry =
        new HistoryEntry(
            "operation",
            good,
            ReconcileOutcome.Kind.INCOMPLETE,
            new PlanId(Digest.parse(PLAN)),
            Instant.EPOCH,
            Duration.ofMillis(1500),
            Optional.of(
                new Pin(
                    good,
                    Optional.of(bad),
                    "ann",
                    "it is bad",
                    Instant.EPOCH,
                    Pin.Until.MOVED_ON,
                    Pin.Hooks.SKIP)),
            HistoryEntry.Scope.SELECTED,
            Optional.of(
                new HistoryEntry.Trial(
                    Set.of(new ResourceId("", "Service", "shop", "old")),
                    Set.of(new ResourceId("apps", "Deployment", "shop", "web")))),
            List.of(
                new HistoryEntry.Line(
                    new ResourceId("apps", "Deployment", "shop", "web"),
                    Action.UPDATE,
                    Reason.CHANGED,
                    Actuation.SUCCEEDED,
                    new Health(HealthStatus.DEGRADED, "container main waits"),
                    Optional.of("K8S-NOT-HEALTHY: it failed"))));

    assertThat(HistoryJson.read(HistoryJson.write(entry))).isEqualTo(entry);
  }

  @Test
  @DisplayName("an entry of before health, pins and scopes were kept is still read")
  void readsOldEntries() {
    HistoryEntry entry =
        HistoryJson.read(
            """
            {"operation":"o","outcome":"APPLIED","plan":"%s","started":"2030-01-01T00:00:00Z",
             "took":"PT1S","reference":"main","digest":"%s",
             "commit":{"author":"Ann","committer":"Ann","time":"2030-01-01T00:00:00Z","message":"m"},
             "lines":[{"group":"","kind":"ConfigMap","namespace":"shop","name":"a",
                       "action":"CREATE","reason":"NEW","actuation":"SUCCEEDED"}]}
            """
                .formatted(PLAN, DIGEST));

    assertThat(entry.pin()).isEmpty();
    assertThat(entry.trial()).isEmpty();
    assertThat(entry.scope()).isEqualTo(HistoryEntry.Scope.WHOLE);
    assertThat(entry.lines().get(0).health()).isEqualTo(Health.of(HealthStatus.UNKNOWN));
    assertThat(entry.lines().get(0).failure()).isEmpty();
  }

  @Test
  @DisplayName("what is no pin is refused in one way, so that a store can tell that it is damaged")
  void refusesWhatIsNoPin() {
    for (String text : List.of("", "{", "{}", "[]", "{\"revision\": {\"digest\": 1}}")) {
      assertThatThrownBy(() -> PinJson.read(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
