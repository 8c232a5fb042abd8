package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.gate.PruneBudget;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.tck.TextSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

/** What stays although nobody desires it hides no loss. */
class DilutedShareTest {
  private final List<InventoryEntry> owned = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  /** How a thing that is owned and not desired outlives a pass. */
  enum Survivor {
    PROTECTED(Action.SKIP, Reason.PRUNE_PROTECTED),
    UNCONFIRMED(Action.SKIP, Reason.PRUNE_UNCONFIRMED),
    TERMINATING(Action.SKIP, Reason.TERMINATING),
    NOT_PERMITTED(Action.SKIP, Reason.NOT_PERMITTED),
    GONE(Action.DELETE, Reason.REMOVED);

    private final Action action;
    private final Reason reason;

    Survivor(Action action, Reason reason) {
      this.action = action;
      this.reason = reason;
    }
  }

  @BeforeTry
  void nothingIsOwned() {
    owned.clear();
    changes.clear();
  }

  @Example
  @Label("leftovers beside the desired things do not let a broken render remove nearly all of them")
  void leftoversHideNothing() {
    desired(1);
    removed(19);
    for (int i = 0; i < 20; i++) {
      survives(Survivor.PROTECTED);
    }

    assertThat(heldByGuard(SyncPolicy.Shrink.standard()))
        .hasSize(19)
        .allSatisfy(c -> assertThat(c.note()).contains("19 of 20 owned things"));
    assertThat(new PruneBudget(100, 0.5).decide(plan(), OperationContext.create()))
        .isInstanceOfSatisfying(
            GateDecision.Held.class, held -> assertThat(held.reason()).contains("19 of 20 things"));
  }

  @Example
  @Label("claims that wait in the same pass do not let the rest of a loss pass")
  void whatWaitsHidesNothing() {
    desired(3);
    removed(9);
    for (int i = 0; i < 8; i++) {
      survives(Survivor.UNCONFIRMED);
    }

    assertThat(heldByGuard(SyncPolicy.Shrink.standard())).hasSize(9);
  }

  @Property(tries = 300)
  @Label("a survivor more never lets a plan pass that was held without it")
  void survivorsLetNothingPass(
      @ForAll @IntRange(max = 12) int stay,
      @ForAll @IntRange(min = 1, max = 12) int go,
      @ForAll @Size(max = 25) List<Survivor> survivors,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    SyncPolicy.Shrink shrink = new SyncPolicy.Shrink(share, 0);
    PruneBudget budget = new PruneBudget(100, share);
    desired(stay);
    removed(go);
    boolean held = !heldByGuard(shrink).isEmpty();
    GateDecision decision = budget.decide(plan(), OperationContext.create());

    survivors.forEach(this::survives);

    assertThat(heldByGuard(shrink)).hasSize(held ? go : 0);
    assertThat(budget.decide(plan(), OperationContext.create())).isEqualTo(decision);
  }

  private List<Change> heldByGuard(SyncPolicy.Shrink shrink) {
    return SyncPolicy.standard()
        .withShrink(shrink)
        .restrict(plan(), PruneConfirmation.none(), Trigger.AUTOMATIC)
        .changes()
        .stream()
        .filter(c -> c.reason() == Reason.PRUNE_HELD)
        .toList();
  }

  private void desired(int count) {
    for (int i = 0; i < count; i++) {
      owns(Action.NONE, Reason.IN_SYNC, true);
    }
  }

  private void removed(int count) {
    for (int i = 0; i < count; i++) {
      owns(Action.DELETE, Reason.REMOVED, true);
    }
  }

  private void survives(Survivor how) {
    owns(how.action, how.reason, how != Survivor.GONE);
  }

  private void owns(Action action, Reason reason, boolean live) {
    ResourceId id = TextSet.id("thing-" + owned.size());
    owned.add(InventoryEntry.planned(id, "v1"));
    changes.add(
        new Change(
            id,
            action,
            reason,
            List.of(),
            live ? Optional.of(new LiveVersion(id.name(), "", "1")) : Optional.empty(),
            Health.of(HealthStatus.HEALTHY),
            ""));
  }

  private Plan<TextSet> plan() {
    Revision revision = new Revision("main", Digest.sha256("one"), Optional.empty());
    return Plan.of(
        new TargetId("shop"),
        new TextSet(revision, new TreeMap<>(Map.of(TextSet.id("any"), "1"))),
        Inventory.empty().withEntries(owned),
        changes);
  }
}
