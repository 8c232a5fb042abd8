package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.model.Revision;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.tck.TextSet;
import io.gitops4j.testing.RecordedEvents;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;

/** What is told of a pass: to listeners, and in the lines of the log. */
class ToldOfPassesTest extends TargetHarness {
  private final RecordedEvents events = new RecordedEvents();

  @Test
  @DisplayName("a listener hears every event, and one that throws changes nothing")
  void tellsListeners() {
    source.commit("one", Map.of("a", "1"));
    ReconcileListener broken =
        new ReconcileListener() {
          @Override
          public void started(ReconcileEvent.Started event) {
            throw new IllegalStateException("broken listener");
          }

          @Override
          public void changed(ReconcileEvent.Changed event) {
            throw new AssertionError("broken listener");
          }
        };

    target().listener(broken).listener(events.listener()).build().reconcile();

    assertThat(events.names())
        .containsExactly("Started", "Fetched", "Rendered", "Compared", "Changed", "Finished");
    assertThat(events.of(ReconcileEvent.Finished.class))
        .singleElement()
        .satisfies(e -> assertThat(e.outcome().kind()).isEqualTo(Kind.APPLIED));
  }

  @Test
  @DisplayName("a listener hears how a pass ended that a bug ended, and the caller gets the bug")
  void tellsOfBugs() {
    source.commit("one", Map.of("a", "1"));
    Gate bug =
        (plan, context) -> {
          throw new AssertionError("bug");
        };

    assertThatThrownBy(() -> target().gate(bug).listener(events.listener()).build().reconcile())
        .isInstanceOf(AssertionError.class);

    assertThat(events.of(ReconcileEvent.Finished.class))
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.outcome().firstFailure().orElseThrow().code()).isEqualTo("PASS-BROKEN");
              assertThat(e.outcome().pass().revision()).isPresent();
            });
  }

  @Test
  @DisplayName("a pass tells in order what it does, and what drifted, and why a plan is held")
  void tellsEverything() {
    source.commit("one", Map.of("a", "1"));
    boolean[] closed = {false};
    Reconciler<TextSet> reconciler =
        target()
            .gate(
                (plan, context) -> closed[0] ? GateDecision.held("closed") : GateDecision.allowed())
            .listener(events.listener())
            .build();

    reconciler.reconcile();
    assertThat(events.names())
        .containsExactly("Started", "Fetched", "Rendered", "Compared", "Changed", "Finished");
    events.forget();
    closed[0] = true;
    destination.live().put(TextSet.id("a"), "drifted");
    reconciler.reconcile();

    assertThat(events.names())
        .containsExactly("Started", "Fetched", "Compared", "Drifted", "Held", "Finished");
    assertThat(events.of(ReconcileEvent.Held.class))
        .singleElement()
        .satisfies(e -> assertThat(e.reason()).isEqualTo("closed"));
  }

  @Test
  @DisplayName("log lines of a pass carry target, operation and revision, and nothing afterwards")
  void logKeys() throws ReflectiveOperationException {
    // The logger of the tests keeps no keys; the one of SLF4J itself does.
    Field adapter = MDC.class.getDeclaredField("MDC_ADAPTER");
    adapter.setAccessible(true);
    Object ofTheLogger = adapter.get(null);
    adapter.set(null, new BasicMDCAdapter());
    try {
      Revision revision = source.commit("one", Map.of("a", "1"));
      Map<String, String> seen = new HashMap<>();
      MDC.put("gitops4j.target", "outer");
      target()
          .listener(
              new ReconcileListener() {
                @Override
                public void compared(ReconcileEvent.Compared event) {
                  seen.putAll(MDC.getCopyOfContextMap());
                  seen.put("told", event.operationId());
                }
              })
          .build()
          .reconcile();

      assertThat(seen)
          .containsEntry("gitops4j.target", "test")
          .containsEntry("gitops4j.revision", revision.toString())
          .containsEntry("gitops4j.operation", seen.get("told"));
      assertThat(MDC.getCopyOfContextMap())
          .containsExactlyEntriesOf(Map.of("gitops4j.target", "outer"));
    } finally {
      adapter.set(null, ofTheLogger);
    }
  }
}
