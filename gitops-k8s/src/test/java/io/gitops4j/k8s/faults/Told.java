package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Everything that a target tells: outcomes, events, and what is logged meanwhile. */
final class Told implements ReconcileListener {
  private final String secret;
  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final List<ReconcileEvent> events = new CopyOnWriteArrayList<>();
  private final ErrorOutput logged = new ErrorOutput();

  /** Keeps what must not hold a secret. */
  Told(String secret) {
    this.secret = secret;
  }

  void add(ReconcileOutcome outcome) {
    outcomes.add(outcome.toString());
  }

  List<ReconcileEvent> events() {
    return events;
  }

  /** No word of the secret, plain or as base64, is in any of it. */
  void keepsSecret() {
    String encoded = Base64.getEncoder().encodeToString(secret.getBytes()).substring(0, 18);
    assertThat(outcomes).noneMatch(t -> t.contains(secret) || t.contains(encoded));
    assertThat(events)
        .noneMatch(e -> e.toString().contains(secret) || e.toString().contains(encoded));
    assertThat(logged.text().lines().filter(l -> l.contains(secret) || l.contains(encoded)))
        .as("what is logged, with its causes")
        .isEmpty();
  }

  @Override
  public void started(ReconcileEvent.Started event) {
    events.add(event);
  }

  @Override
  public void fetched(ReconcileEvent.Fetched event) {
    events.add(event);
  }

  @Override
  public void compared(ReconcileEvent.Compared event) {
    events.add(event);
  }

  @Override
  public void changed(ReconcileEvent.Changed event) {
    events.add(event);
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    events.add(event);
  }
}
