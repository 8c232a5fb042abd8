package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.gate.Gate;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.OverlaidDestination;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.PinStore;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Rollback;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RestoreRunTest {
  private final InMemorySource source = new InMemorySource();
  private InMemoryDestination base = new InMemoryDestination();
  private InMemoryDestination shop = new InMemoryDestination();
  private final OperationContext context = OperationContext.create();
  private Revision wanted;

  @BeforeEach
  void history() {
    wanted = source.commit("1", Map.of("one", "1"));
    source.commit("2", Map.of("one", "2"));
  }

  private Reconciler<TextSet> reconciler(String name, InMemoryDestination destination) {
    return target(name, destination).build();
  }

  private TargetBuilder<TextSet> target(String name, InMemoryDestination destination) {
    return GitOps.target(name)
        .source(source)
        .renderer(new TextSet.TextRenderer())
        .destination(destination);
  }

  private RestoreRun run() {
    return RestoreRun.of(
        List.of(
            ScheduledTarget.builder(reconciler("shop", shop)).dependsOn("base").build(),
            ScheduledTarget.of(reconciler("base", base))));
  }

  private Rollback wish(TargetId target) {
    return Rollback.to(wanted, "ann", "etcd was lost");
  }

  @Test
  @DisplayName(
      "an empty destination comes back at the revision, which is not the newest, and stays")
  void comesBack() {
    Reconciler<TextSet> target = reconciler("base", base);

    ReconcileOutcome outcome = target.restore(wish(target.target()), context);

    assertThat(outcome.kind()).isEqualTo(Kind.APPLIED);
    assertThat(base.live()).containsEntry(TextSet.id("one"), "1");
    HistoryEntry entry = base.history().list(target.target(), context).get(0);
    assertThat(entry.revision().sameState(wanted)).isTrue();
    assertThat(entry.pin().orElseThrow().message()).contains("ann", "restored: etcd was lost");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a target that is synced by hand comes back when asked")
  void comesBackWhereNothingHappensByItself() {
    Reconciler<TextSet> manual =
        target("base", base).gate(Gate.onlyAsked("it is synced by hand")).build();

    assertThat(manual.restore(wish(manual.target()), context).kind()).isEqualTo(Kind.APPLIED);
    assertThat(base.live()).containsEntry(TextSet.id("one"), "1");
  }

  @Test
  @DisplayName("a target that still owns something live is refused, and nothing of it is changed")
  void refusesTheLiving() {
    Reconciler<TextSet> target = reconciler("base", base);
    target.reconcile();

    ReconcileOutcome outcome = target.restore(wish(target.target()), context);

    assertThat(outcome.firstFailure().orElseThrow().code()).isEqualTo("RESTORE-NOT-EMPTY");
    assertThat(outcome.firstFailure().orElseThrow().message()).contains("rollback", "tck/Text");
    assertThat(base.live()).containsEntry(TextSet.id("one"), "2");
    assertThat(target.pin(context)).isEmpty();
  }

  @Test
  @DisplayName("what is recorded as owned and is gone is no obstacle")
  void recordsWithoutThings() {
    Reconciler<TextSet> target = reconciler("base", base);
    target.reconcile();
    base.live().clear();

    assertThat(target.restore(wish(target.target()), context).kind()).isEqualTo(Kind.APPLIED);
    assertThat(base.live()).containsEntry(TextSet.id("one"), "1");
  }

  @Test
  @DisplayName("what was interrupted goes on when it is asked for again")
  void goesOn() {
    Reconciler<TextSet> target = reconciler("base", base);
    source.commit("3", Map.of("one", "1", "two", "2"));
    wanted = source.commit("4", Map.of("one", "1", "two", "3"));
    base.refuse(TextSet.id("two"));
    assertThat(target.restore(wish(target.target()), context).kind()).isEqualTo(Kind.INCOMPLETE);
    base.allow(TextSet.id("two"));

    assertThat(target.restore(wish(target.target()), context).kind()).isEqualTo(Kind.APPLIED);
    assertThat(base.live()).hasSize(2);
  }

  @Test
  @DisplayName("many are restored in the order of what they depend on")
  void inOrder() {
    RestoreRun.Result result = run().restore(this::wish, context);

    assertThat(result.complete()).isTrue();
    assertThat(result.ended().keySet()).containsExactly(new TargetId("base"), new TargetId("shop"));
    assertThat(shop.live()).containsEntry(TextSet.id("one"), "1");
  }

  @Test
  @DisplayName("what depends on a target that was not restored is not begun; later it goes on")
  void waitsForWhatItNeeds() {
    base.refuse(TextSet.id("one"));

    RestoreRun.Result result = run().restore(this::wish, context);

    assertThat(result.complete()).isFalse();
    assertThat(result.notBegun()).containsEntry(new TargetId("shop"), new TargetId("base"));
    assertThat(shop.live()).isEmpty();
    base.allow(TextSet.id("one"));
    assertThat(run().restore(this::wish, context).complete()).isTrue();
    assertThat(run().restore(this::wish, context).ended().values())
        .as("a third run finds it done")
        .allMatch(o -> o.kind() == Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a release lets all that were restored follow their source again, and no other")
  void releases() {
    run().restore(this::wish, context);
    reconciler("shop", shop).rollback(wish(new TargetId("shop")), context);

    Map<TargetId, Pin> released = run().release(context);

    assertThat(released).containsOnlyKeys(new TargetId("base"));
    assertThat(reconciler("base", base).reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(base.live()).containsEntry(TextSet.id("one"), "2");
    assertThat(reconciler("shop", shop).pin(context)).as("somebody's own pin").isPresent();
    assertThat(run().release(context)).isEmpty();
  }

  @Test
  @DisplayName("one target that cannot be released keeps no other pinned, and is told")
  void releasesTheOthers() {
    run().restore(this::wish, context);
    ScheduledTarget lost =
        ScheduledTarget.of(
            GitOps.target("a-lost-one")
                .source(source)
                .renderer(new TextSet.TextRenderer())
                .destination(new Unanswering(new InMemoryDestination()))
                .build());
    RestoreRun all = RestoreRun.of(List.of(lost, ScheduledTarget.of(reconciler("base", base))));

    assertThatThrownBy(() -> all.release(context))
        .isInstanceOf(InventoryException.class)
        .hasMessageContaining("it does not answer");

    assertThat(reconciler("base", base).pin(context)).isEmpty();
  }

  /** A destination whose pins cannot be read. */
  private static final class Unanswering extends OverlaidDestination {
    Unanswering(InMemoryDestination base) {
      super(base);
    }

    @Override
    public PinStore pins() {
      return new PinStore() {
        @Override
        public Optional<Pin> load(TargetId target, OperationContext context) {
          throw new InventoryException(
              "DOWN", Retryability.NEVER, target.name(), "it does not answer", "wait", null);
        }

        @Override
        public void save(TargetId target, Pin pin, OperationContext context) {
          Unanswering.super.pins().save(target, pin, context);
        }

        @Override
        public void remove(TargetId target, OperationContext context) {
          Unanswering.super.pins().remove(target, context);
        }
      };
    }
  }

  @Test
  @DisplayName("targets that depend on each other in a circle are refused")
  void circle() {
    assertThatThrownBy(
            () ->
                RestoreRun.of(
                    List.of(
                        ScheduledTarget.builder(reconciler("a", base)).dependsOn("b").build(),
                        ScheduledTarget.builder(reconciler("b", shop)).dependsOn("a").build())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("a -> b -> a");
  }
}
