package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.Gate;
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
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.render.Desired;
import io.gitops4j.tck.TextSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one pass may take away, and who may say more. */
class PruneGuardTest extends TargetHarness {

  @Test
  @DisplayName("fault 43: a render that lost most of what it had removes nothing until confirmed")
  void holdsWhatShrinks() {
    commit("a", "b", "c", "d", "e", "f", "g", "h");
    target().build().reconcile();
    commit("a", "b", "new");
    Set<PlanId> approved = new HashSet<>();
    Reconciler<TextSet> reconciler =
        target()
            .confirmation(PruneConfirmation.approved((target, id) -> approved.contains(id)))
            .build();

    ReconcileOutcome.Applied held = (ReconcileOutcome.Applied) reconciler.reconcile();

    assertThat(destination.live()).as("the rest goes on").containsKey(TextSet.id("new")).hasSize(9);
    assertThat(held.plan().changes())
        .filteredOn(c -> c.reason() == Reason.PRUNE_HELD)
        .hasSize(6)
        .allSatisfy(c -> assertThat(c.note()).contains("6 of 8 owned things"));

    commit("a", "b", "new", "newer");
    ReconcileOutcome.Applied still = (ReconcileOutcome.Applied) reconciler.reconcile();
    assertThat(destination.live()).hasSize(10);
    Change waiting = still.plan().changes().get(2);
    approved.add(new PlanId(Digest.parse(waiting.note().replaceFirst(".*removals ", ""))));
    commit("a", "b", "new", "newer", "newest");

    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).as("what else is desired does not void it").hasSize(5);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("an approval of removals is void once one of them moved")
  void approvesThatStateOnly() {
    commit("a", "b", "c", "d", "e", "f");
    target().build().reconcile();
    commit("a");
    Set<PlanId> approved = new HashSet<>();
    Reconciler<TextSet> reconciler =
        target()
            .confirmation(
                (waiting, removal) -> {
                  approved.add(waiting.id());
                  return false;
                })
            .build();
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    destination.live().put(TextSet.id("b"), "moved");

    Reconciler<TextSet> next =
        target()
            .confirmation(PruneConfirmation.approved((target, id) -> approved.contains(id)))
            .build();

    assertThat(next.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(destination.live()).hasSize(6);
  }

  @Test
  @DisplayName("what is confirmed by name goes, the rest of a shrink stays")
  void confirmsByName() {
    commit("a", "b", "c", "d", "e", "f");
    target().build().reconcile();
    commit("a");

    target().confirmation(PruneConfirmation.of(Set.of(TextSet.id("b")))).build().reconcile();

    assertThat(destination.live()).hasSize(5).doesNotContainKey(TextSet.id("b"));
  }

  @Test
  @DisplayName("a confirmation by time covers what was committed before it, no later commit")
  void confirmsByTime() {
    commit("a", "b", "c", "d", "e", "f");
    target().build().reconcile();
    commit("a"); // at the epoch
    target()
        .confirmation(PruneConfirmation.givenAt(Instant.EPOCH.minusSeconds(1)))
        .build()
        .reconcile();
    assertThat(destination.live()).hasSize(6);

    PruneConfirmation given = PruneConfirmation.none().or(PruneConfirmation.givenAt(Instant.EPOCH));
    target().confirmation(given).build().reconcile();

    assertThat(destination.live()).hasSize(1);
  }

  @Test
  @DisplayName("few removals are never held, nor any when the guard is off or pruning is")
  void switches() {
    commit("a", "b", "c", "d");
    target().build().reconcile();
    commit("a");
    assertThat(target().build().reconcile().kind()).isEqualTo(Kind.APPLIED);

    commit("a", "b", "c", "d", "e", "f");
    target().build().reconcile();
    commit("a");
    SyncPolicy keep = SyncPolicy.standard().withPrune(SyncPolicy.Prune.KEEP);
    ReconcileOutcome.InSync kept =
        (ReconcileOutcome.InSync) target().policy(keep).build().reconcile();
    assertThat(kept.plan().changes())
        .extracting(Change::reason)
        .containsOnly(Reason.IN_SYNC, Reason.PRUNE_DISABLED);
    SyncPolicy off = SyncPolicy.standard().withShrink(SyncPolicy.Shrink.off());
    assertThat(target().policy(off).build().reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(destination.live()).hasSize(1);
    assertThatThrownBy(() -> new SyncPolicy.Shrink(1.1, 0))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  @DisplayName("a policy may ask for a confirmation of every removal, the last ones among them")
  void asksAlways() {
    commit("a", "b");
    target().build().reconcile();
    commit("a");
    SyncPolicy policy =
        new SyncPolicy(SyncPolicy.Prune.CONFIRM, SyncPolicy.Drift.CORRECT, SyncPolicy.Empty.ALLOW);

    ReconcileOutcome.InSync waits =
        (ReconcileOutcome.InSync) target().policy(policy).build().reconcile();
    assertThat(waits.plan().changes().get(1).reason()).isEqualTo(Reason.PRUNE_UNCONFIRMED);
    commit();
    assertThat(target().policy(policy).build().reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(policy.held(removing("Pod", "a"), PruneConfirmation.none()).orElseThrow())
        .contains("pruning has to be confirmed (1 of 1 owned things)");

    target().policy(policy).confirmation((waiting, removal) -> true).build().reconcile();
    assertThat(destination.live()).isEmpty();
  }

  @Test
  @DisplayName("a plan that is applied as a whole is held as a whole when it shrinks")
  void holdsTheWhole() {
    Plan<Whole> plan = removing("aws_subnet", "a", "b", "c", "d", "e");
    SyncPolicy policy = SyncPolicy.standard();

    assertThat(policy.restrict(plan, PruneConfirmation.none(), Trigger.AUTOMATIC)).isEqualTo(plan);
    assertThat(policy.held(plan, PruneConfirmation.none()).orElseThrow()).contains("5 of 5");
    assertThat(policy.held(plan, (waiting, removal) -> true)).isEmpty();
  }

  @Test
  @DisplayName("what is applied as a whole is held where a part of it must not be")
  void holdsTheWholeForAPart() {
    Plan<Whole> plan = removing("aws_subnet", "a");
    SyncPolicy keep = SyncPolicy.standard().withPrune(SyncPolicy.Prune.KEEP);
    Selection some = Selection.of(List.of("apps:aws_subnet:a"));

    assertThat(keep.held(plan, (waiting, removal) -> true).orElseThrow())
        .contains("removes 1 things, pruning is off");
    assertThat(some.held(plan).orElseThrow()).contains("can only be applied as a whole");
    assertThat(Selection.all().held(plan)).isEmpty();
  }

  @Test
  @DisplayName("a budget holds by count, by share and by kind, and names what would go")
  void budgets() {
    Plan<Whole> plan = removing("StatefulSet", "db", "queue");
    PruneBudget wide = new PruneBudget(10, 1);

    assertThat(decide(wide, plan)).isEqualTo(GateDecision.allowed());
    assertThat(decide(wide.atMost(2, "StatefulSet").atMost(0, "Deployment"), plan))
        .isEqualTo(GateDecision.allowed());
    assertThat(reason(wide.atMost(1, "StatefulSet"), plan))
        .contains("2 of kind StatefulSet, the budget is 1")
        .contains("apps/StatefulSet shop/db, apps/StatefulSet shop/queue");
    assertThat(reason(wide.atMost(1, "apps/StatefulSet"), plan)).contains("2 of kind apps/");
    assertThat(reason(Gate.keeping(Set.of("apps/StatefulSet")), plan)).contains("shop/db");
    assertThat(decide(Gate.keeping(Set.of("/StatefulSet")), plan))
        .isEqualTo(GateDecision.allowed());
    assertThat(reason(new PruneBudget(1, 1), plan)).contains("2 things").contains("shop/db");
    assertThat(reason(new PruneBudget(5, 0.5), plan)).contains("2 of 2").contains("50 %");
    assertThatThrownBy(() -> wide.atMost(-1, "Pod")).isInstanceOf(ConfigurationException.class);
  }

  @Test
  @DisplayName("what is kept does not die with its namespace: nothing is removed with it")
  void keepsWhatItLivesIn() {
    Plan<Whole> plan = removing("StatefulSet", "db");
    Change namespace =
        new Change(
            new ResourceId("", "Namespace", "", "shop"),
            Action.DELETE,
            Reason.REMOVED,
            List.of(),
            Optional.of(new LiveVersion("shop", "", "1")),
            Health.of(HealthStatus.HEALTHY),
            "");
    Plan<Whole> both =
        Plan.of(
            plan.target(),
            plan.desired(),
            plan.inventory(),
            List.of(plan.changes().get(0), namespace));

    GateDecision decision = decide(Gate.keeping(Set.of("StatefulSet")), both);

    assertThat(((GateDecision.HeldInPart) decision).changes())
        .containsExactlyInAnyOrder(plan.changes().get(0).id(), namespace.id());
  }

  @Test
  @DisplayName("a replacement counts against a budget, what has gone already does not")
  void countsWhatIsLost() {
    Plan<Whole> plan = removing("StatefulSet", "db", "queue");
    Plan<Whole> replacing =
        plan.mapChanges(
            c ->
                new Change(
                    c.id(), Action.REPLACE, Reason.CHANGED, List.of(), c.live(), c.health(), ""));
    Plan<Whole> gone =
        plan.mapChanges(
            c ->
                new Change(
                    c.id(), c.action(), c.reason(), List.of(), Optional.empty(), c.health(), ""));

    assertThat(decide(new PruneBudget(0, 1), replacing).kind()).isEqualTo(GateDecision.Kind.HELD);
    assertThat(decide(new PruneBudget(0, 1), gone)).isEqualTo(GateDecision.allowed());
  }

  @Test
  @DisplayName("an approval of the plan overrules a budget, and the reason says which plan")
  void overrulesBudgets() {
    Plan<Whole> plan = removing("StatefulSet", "db", "queue");
    Set<PlanId> approved = new HashSet<>();
    Gate gate = new PruneBudget(1, 1).orApproved((target, id) -> approved.contains(id));

    assertThat(reason(gate, plan)).contains("approve plan " + plan.id());
    approved.add(plan.id());
    assertThat(decide(gate, plan)).isEqualTo(GateDecision.allowed());
  }

  private static GateDecision decide(Gate gate, Plan<?> plan) {
    return gate.decide(plan, OperationContext.create());
  }

  private static String reason(Gate gate, Plan<?> plan) {
    return decide(gate, plan).whyHeld().orElseThrow();
  }

  private static Plan<Whole> removing(String kind, String... names) {
    List<InventoryEntry> owned = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    for (String name : names) {
      ResourceId id = new ResourceId("apps", kind, "shop", name);
      owned.add(InventoryEntry.planned(id, "apps/v1"));
      changes.add(
          new Change(
              id,
              Action.DELETE,
              Reason.REMOVED,
              List.of(),
              Optional.of(new LiveVersion(name, "", "1")),
              Health.of(HealthStatus.HEALTHY),
              ""));
    }
    return Plan.of(
        new TargetId("shop"),
        new Whole(new Revision("main", Digest.sha256("one"), Optional.empty())),
        Inventory.empty().withEntries(owned),
        changes);
  }

  private record Whole(Revision revision) implements Desired {
    @Override
    public Digest digest() {
      return Digest.sha256("whole");
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public Grain grain() {
      return Grain.WHOLE;
    }
  }

  private void commit(String... names) {
    Map<String, String> files = new HashMap<>();
    Arrays.stream(names).forEach(n -> files.put(n, "1"));
    source.commit(String.join(",", names), files);
  }
}
