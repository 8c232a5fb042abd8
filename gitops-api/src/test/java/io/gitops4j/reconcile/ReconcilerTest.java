package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.gate.PruneBudget;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;

class ReconcilerTest {
  private final InMemorySource source = new InMemorySource();
  private final InMemoryDestination destination = new InMemoryDestination();
  private final TextSet.TextRenderer renderer = new TextSet.TextRenderer();

  @Test
  @DisplayName("an unchanged revision renders nothing again, but is compared")
  void comparesWithoutRendering() {
    source.commit("one", Map.of("a", "1"));
    Reconciler<TextSet> reconciler = target().build();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome.Applied healed = (ReconcileOutcome.Applied) reconciler.reconcile();

    assertThat(healed.plan().changes()).extracting(Change::reason).containsExactly(Reason.DRIFTED);
    assertThat(renderer.renders()).isEqualTo(1);
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "1");
  }

  @Test
  @DisplayName("a plan writes nothing")
  void plansOnly() {
    source.commit("one", Map.of("a", "1"));

    assertThat(target().build().plan(OperationContext.create()).kind()).isEqualTo(Kind.PLANNED);

    assertThat(destination.writes()).isZero();
  }

  @Test
  @DisplayName("an approved plan passes, and its approval is void once the live state moved")
  void approvesByPlanId() {
    Set<PlanId> approved = new HashSet<>();
    Reconciler<TextSet> reconciler =
        target().gate(Gate.approval((id, plan) -> approved.contains(plan))).build();
    source.commit("one", Map.of("a", "1"));
    approved.add(((ReconcileOutcome.Planned) reconciler.reconcile()).plan().id());
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);

    source.commit("two", Map.of("a", "2"));
    approved.add(((ReconcileOutcome.Planned) reconciler.reconcile()).plan().id());
    destination.live().put(TextSet.id("a"), "moved");

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.PLANNED);
  }

  @Test
  @DisplayName("a plan over the prune budget is held and says why")
  void holdsOverBudget() {
    Reconciler<TextSet> reconciler = target().gate(new PruneBudget(10, 0.5)).build();
    source.commit("one", Map.of("a", "1", "b", "2", "c", "3"));
    reconciler.reconcile();
    source.commit("two", Map.of("a", "1"));

    ReconcileOutcome.Planned held = (ReconcileOutcome.Planned) reconciler.reconcile();

    assertThat(held.reason()).contains("2 of 3");
    assertThat(destination.live()).hasSize(3);
  }

  @Test
  @DisplayName("a pass that failed is run again, as often as its policy allows")
  void runsFailedPassesAgain() {
    source.commit("one", Map.of("a", "1"));
    destination.refuse(TextSet.id("a"));
    List<ReconcileOutcome> passes = new ArrayList<>();
    ReconcileListener mending =
        new ReconcileListener() {
          @Override
          public void finished(ReconcileEvent.Finished event) {
            passes.add(event.outcome());
            if (passes.size() == 3) {
              destination.allow(TextSet.id("a"));
            }
          }
        };
    RetryPolicy five = new RetryPolicy(5, Duration.ofMillis(1), 2, Duration.ofMillis(4));

    ReconcileOutcome end = target().retry(five).listener(mending).build().reconcile();

    assertThat(end.kind()).isEqualTo(Kind.APPLIED);
    assertThat(passes).hasSize(4);
    destination.refuse(TextSet.id("b"));
    source.commit("two", Map.of("a", "1", "b", "2"));
    assertThat(target().build().reconcile().kind()).isEqualTo(Kind.INCOMPLETE);
  }

  @Property
  @Label("waits between passes grow, never beyond the longest, and end with the limit")
  void waitsGrow(@ForAll @IntRange(min = 0, max = 50) int limit) {
    RetryPolicy policy = new RetryPolicy(limit, Duration.ofSeconds(5), 2, Duration.ofMinutes(3));
    Duration before = Duration.ZERO;
    for (int failed = 1; failed <= limit; failed++) {
      Duration wait = policy.after(failed).orElseThrow();
      assertThat(wait).isBetween(before, Duration.ofMinutes(3)).isPositive();
      before = wait;
    }
    assertThat(policy.after(limit + 1)).isEmpty();
  }

  @Test
  @DisplayName("an empty desired state removes nothing unless that is allowed")
  void guardsAgainstEmptiness() {
    source.commit("one", Map.of("a", "1"));
    target().build().reconcile();
    source.commit("two", Map.of());

    ReconcileOutcome refused = target().build().reconcile();
    assertThat(((ReconcileOutcome.Failed) refused).failure().code()).isEqualTo("RENDER-EMPTY");
    assertThat(destination.live()).hasSize(1);

    SyncPolicy allow = SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW);
    assertThat(target().policy(allow).build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).isEmpty();
  }

  @Test
  @DisplayName("without pruning what left stays and is told, without self-heal drift is told")
  void leavesWhatThePolicyLeaves() {
    SyncPolicy careful =
        SyncPolicy.standard().withPrune(SyncPolicy.Prune.KEEP).withDrift(SyncPolicy.Drift.OBSERVE);
    Reconciler<TextSet> reconciler = target().policy(careful).build();
    source.commit("one", Map.of("a", "1", "b", "2"));
    reconciler.reconcile();
    source.commit("two", Map.of("a", "1"));
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome.InSync left = (ReconcileOutcome.InSync) reconciler.reconcile();

    assertThat(left.plan().changes())
        .extracting(Change::action, Change::reason)
        .containsExactly(
            tuple(Action.SKIP, Reason.DRIFT_OBSERVED), tuple(Action.SKIP, Reason.PRUNE_DISABLED));
  }

  @Test
  @DisplayName("a part that fails leaves the pass incomplete, and is in the history")
  void reportsParts() {
    destination.refuse(TextSet.id("b"));
    source.commit("one", Map.of("a", "1", "b", "2"));
    Reconciler<TextSet> reconciler = target().build();

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.INCOMPLETE);

    assertThat(destination.history().list(reconciler.target(), OperationContext.create()))
        .singleElement()
        .satisfies(e -> assertThat(e.outcome()).isEqualTo(Kind.INCOMPLETE))
        .satisfies(e -> assertThat(e.lines()).hasSize(2));
  }

  @Test
  @DisplayName("a passing fault is tried again, a lasting one is not, and a bug passes through")
  void retriesWhatMayPass() {
    source.commit("one", Map.of("a", "1"));
    assertThat(failing(1, Retryability.RETRY).kind()).isEqualTo(Kind.APPLIED);
    assertThat(failing(1, Retryability.NEVER).kind()).isEqualTo(Kind.FAILED);
    SourceProvider bug =
        new SourceProvider() {
          @Override
          public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
            throw new IllegalStateException("bug");
          }

          @Override
          public void close() {
            // Nothing is held.
          }
        };
    assertThatThrownBy(() -> target(bug).build().reconcile())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("a listener hears every event, and one that throws changes nothing")
  void tellsListeners() {
    List<String> heard = new ArrayList<>();
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
    ReconcileListener listening =
        new ReconcileListener() {
          @Override
          public void started(ReconcileEvent.Started event) {
            heard.add("started");
          }

          @Override
          public void fetched(ReconcileEvent.Fetched event) {
            heard.add("fetched");
          }

          @Override
          public void compared(ReconcileEvent.Compared event) {
            heard.add("compared");
          }

          @Override
          public void changed(ReconcileEvent.Changed event) {
            heard.add("changed");
          }

          @Override
          public void finished(ReconcileEvent.Finished event) {
            heard.add("finished " + event.outcome().kind());
          }
        };

    target().listener(broken).listener(listening).build().reconcile();

    assertThat(heard)
        .containsExactly("started", "fetched", "compared", "changed", "finished APPLIED");
  }

  @Test
  @DisplayName("a listener hears how a pass ended that a bug ended, and the caller gets the bug")
  void tellsOfBugs() {
    source.commit("one", Map.of("a", "1"));
    List<ReconcileOutcome> heard = new ArrayList<>();
    Gate bug =
        (plan, context) -> {
          throw new AssertionError("bug");
        };
    ReconcileListener listening =
        new ReconcileListener() {
          @Override
          public void finished(ReconcileEvent.Finished event) {
            heard.add(event.outcome());
          }
        };

    assertThatThrownBy(() -> target().gate(bug).listener(listening).build().reconcile())
        .isInstanceOf(AssertionError.class);

    assertThat(heard)
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.firstFailure().orElseThrow().code()).isEqualTo("PASS-BROKEN");
              assertThat(o.pass().revision()).isPresent();
            });
  }

  @Test
  @DisplayName("a pass without time left fails as cancelled and writes nothing")
  void endsInTime() {
    source.commit("one", Map.of("a", "1"));
    OperationContext context = OperationContext.within(Duration.ofNanos(1));

    ReconcileOutcome outcome = target().build().reconcile(context);

    assertThat(((ReconcileOutcome.Failed) outcome).failure().code())
        .isEqualTo("OPERATION-CANCELLED");
    assertThat(destination.writes()).isZero();
  }

  @Property(tries = 100)
  @Label("whatever is committed: apply makes live equal desired, and a second pass writes nothing")
  void converges(@ForAll @Size(min = 1, max = 4) List<Map<Character, Integer>> commits) {
    Reconciler<TextSet> reconciler =
        target()
            .policy(
                SyncPolicy.standard()
                    .withEmpty(SyncPolicy.Empty.ALLOW)
                    .withShrink(SyncPolicy.Shrink.off()))
            .build();
    for (Map<Character, Integer> commit : commits) {
      Map<String, String> files = new HashMap<>();
      commit.forEach((k, v) -> files.put("f" + (int) k, String.valueOf(v)));
      source.commit("c" + commits.indexOf(commit), files);

      assertThat(reconciler.reconcile().kind()).isIn(Kind.APPLIED, Kind.IN_SYNC);
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
      assertThat(destination.live()).hasSize(files.size());
    }
  }

  private ReconcileOutcome failing(int times, Retryability retryability) {
    int[] left = {times};
    SourceProvider flaky =
        new SourceProvider() {
          @Override
          public FetchResult fetch(Optional<Revision> lastSeen, OperationContext context) {
            if (left[0]-- > 0) {
              throw new SourceException("TEST", retryability, "x", "failed", "wait", null);
            }
            return source.fetch(lastSeen, context);
          }

          @Override
          public void close() {
            // Nothing is held.
          }
        };
    return target(flaky).build().reconcile();
  }

  private TargetBuilder<TextSet> target() {
    return target(source);
  }

  private TargetBuilder<TextSet> target(SourceProvider from) {
    return GitOps.target("test").source(from).renderer(renderer).destination(destination);
  }

  @Test
  @DisplayName(
      "drift that nobody looks for is no difference, and a new revision still goes over it")
  void driftOff() {
    source.commit("one", Map.of("a", "1"));
    Reconciler<TextSet> reconciler =
        target().policy(SyncPolicy.standard().withDrift(SyncPolicy.Drift.OFF)).build();
    reconciler.reconcile();
    destination.live().put(TextSet.id("a"), "drifted");

    ReconcileOutcome.InSync calm = (ReconcileOutcome.InSync) reconciler.reconcile();

    assertThat(calm.plan().hasDifferences()).isFalse();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "drifted");
    source.commit("two", Map.of("a", "2"));
    reconciler.reconcile();
    assertThat(destination.live()).containsEntry(TextSet.id("a"), "2");
  }

  @Test
  @DisplayName("healing what is overwritten again and again stops until a new revision or a call")
  void fights() {
    source.commit("one", Map.of("a", "1"));
    List<Fight> begun = new ArrayList<>();
    Reconciler<TextSet> reconciler =
        target()
            .listener(
                new ReconcileListener() {
                  @Override
                  public void contested(ReconcileEvent.Contested event) {
                    begun.add(event.fight());
                  }
                })
            .build();
    reconciler.reconcile();
    for (int i = 0; i < 3; i++) {
      destination.live().put(TextSet.id("a"), "foreign");
      assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    }
    destination.live().put(TextSet.id("a"), "foreign");

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    assertThat(begun)
        .singleElement()
        .isEqualTo(reconciler.fights(OperationContext.create()).get(0));
    assertThat(begun.get(0).message())
        .contains("gitops4j and somebody unknown")
        .contains("corrected 3 times")
        .contains("jsonPointers: ['/text']");
    reconciler.healAgain(OperationContext.create());
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("log lines of a pass carry target, operation and revision, and nothing afterwards")
  void logKeys() throws ReflectiveOperationException {
    // The logger of the tests keeps no keys; the one of SLF4J itself does.
    Field adapter = MDC.class.getDeclaredField("MDC_ADAPTER");
    adapter.setAccessible(true);
    adapter.set(null, new BasicMDCAdapter());
    Revision revision = source.commit("one", Map.of("a", "1"));
    Map<String, String> seen = new HashMap<>();
    MDC.put("gitops4j.target", "outer");
    target()
        .listener(
            new ReconcileListener() {
              @Override
              public void compared(ReconcileEvent.Compared event) {
                seen.put("target", MDC.get("gitops4j.target"));
                seen.put("revision", MDC.get("gitops4j.revision"));
                seen.put("same", event.operationId());
                seen.put("operation", MDC.get("gitops4j.operation"));
              }
            })
        .build()
        .reconcile();

    assertThat(seen).containsEntry("revision", revision.toString());
    assertThat(seen.get("operation")).isEqualTo(seen.get("same"));
    assertThat(seen.get("target")).isNotEqualTo("outer");
    assertThat(MDC.get("gitops4j.target")).isEqualTo("outer");
    assertThat(MDC.get("gitops4j.revision")).isNull();
    MDC.clear();
  }

  @Test
  @DisplayName("a pass tells in order what it does, and what drifted, and why a plan is held")
  void tellsEverything() {
    source.commit("one", Map.of("a", "1"));
    List<String> told = new ArrayList<>();
    boolean[] closed = {false};
    Reconciler<TextSet> reconciler =
        target()
            .gate(
                (plan, context) -> closed[0] ? GateDecision.held("closed") : GateDecision.allowed())
            .listener(
                new ReconcileListener() {
                  @Override
                  public void started(ReconcileEvent.Started event) {
                    told.add("started");
                  }

                  @Override
                  public void fetched(ReconcileEvent.Fetched event) {
                    told.add("fetched");
                  }

                  @Override
                  public void rendered(ReconcileEvent.Rendered event) {
                    told.add("rendered");
                  }

                  @Override
                  public void compared(ReconcileEvent.Compared event) {
                    told.add("compared");
                  }

                  @Override
                  public void drifted(ReconcileEvent.Drifted event) {
                    told.add("drifted");
                  }

                  @Override
                  public void held(ReconcileEvent.Held event) {
                    told.add("held " + event.reason());
                  }

                  @Override
                  public void changed(ReconcileEvent.Changed event) {
                    told.add("changed");
                  }

                  @Override
                  public void finished(ReconcileEvent.Finished event) {
                    told.add("finished");
                  }
                })
            .build();

    reconciler.reconcile();
    assertThat(told)
        .containsExactly("started", "fetched", "rendered", "compared", "changed", "finished");
    told.clear();
    closed[0] = true;
    destination.live().put(TextSet.id("a"), "drifted");
    reconciler.reconcile();

    assertThat(told)
        .containsExactly("started", "fetched", "compared", "drifted", "held closed", "finished");
  }
}
