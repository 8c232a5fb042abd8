package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.testing.RecordedEvents;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Everything that a target tells: outcomes, events, and what is logged meanwhile. */
final class Told {
  private final String secret;
  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final RecordedEvents events = new RecordedEvents();
  private final ErrorOutput logged = new ErrorOutput();

  /** Keeps what must not hold a secret. */
  Told(String secret) {
    this.secret = secret;
  }

  void add(ReconcileOutcome outcome) {
    outcomes.add(outcome.toString());
  }

  ReconcileListener listener() {
    return events.listener();
  }

  List<ReconcileEvent> events() {
    return events.of(ReconcileEvent.class);
  }

  /** No word of the secret, plain or as base64, is in any of it. */
  void keepsSecret() {
    String encoded = Base64.getEncoder().encodeToString(secret.getBytes()).substring(0, 18);
    assertThat(outcomes).noneMatch(t -> t.contains(secret) || t.contains(encoded));
    assertThat(events.of(Object.class))
        .noneMatch(e -> e.toString().contains(secret) || e.toString().contains(encoded));
    assertThat(logged.text().lines().filter(l -> l.contains(secret) || l.contains(encoded)))
        .as("what is logged, with its causes")
        .isEmpty();
  }
}
