package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.AdoptionPolicy;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.PruneOptions;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Optional;

/** What can be said of an object from its summary alone, without asking the server about it. */
final class Settlement {
  private final ClusterSettings settings;

  Settlement(ClusterSettings settings) {
    this.settings = settings;
  }

  /** The change, empty when only a dry run can tell. */
  Optional<Change> settle(Prepared object, Optional<LiveSummary> there, Basis basis) {
    Optional<InventoryEntry> entry = basis.inventory().find(object.id());
    if (there.isEmpty()) {
      if (!object.options().never().isEmpty()) {
        // Nobody means it to be there: a target without it lacks nothing.
        return Optional.of(
            new Change(
                object.id(),
                Action.SKIP,
                Reason.LEFT,
                List.of(),
                Optional.empty(),
                Health.of(HealthStatus.HEALTHY),
                "not created, by its " + object.options().never()));
      }
      boolean vanished = entry.flatMap(InventoryEntry::uid).isPresent();
      Reason reason = vanished ? Reason.VANISHED : Reason.NEW;
      return Optional.of(
          new Change(
              object.id(),
              Action.CREATE,
              reason,
              List.of(),
              Optional.empty(),
              Health.of(HealthStatus.MISSING),
              object.servedYet()
                  ? ""
                  : object.awaited()
                      ? "its kind is not served yet; it is applied last, once it is"
                      : "its kind is defined by this plan"));
    }
    LiveSummary live = there.get();
    if (live.terminating()) {
      return Optional.of(
          leave(
              object.id(),
              live,
              Reason.TERMINATING,
              live.health().message() + "; it is created again once it is gone"));
    }
    String owner = live.owner();
    boolean foreign = !owner.equals(basis.view().hash()) && !owner.isEmpty();
    boolean abandoned =
        foreign
            && settings.adoption() == AdoptionPolicy.ADOPT_ALL
            && !basis.owners().owns(owner, object.id());
    if (foreign && !abandoned) {
      return Optional.of(
          leave(object.id(), live, Reason.NOT_OWNED, "belongs to " + basis.owners().name(owner)));
    }
    String left =
        object.options().leave().isEmpty() ? live.options().leave() : object.options().leave();
    if (!left.isEmpty()) {
      return Optional.of(leave(object.id(), live, Reason.LEFT, "left as it is, by its " + left));
    }
    if (unadopted(object.id(), live, basis) && !settings.comesByItself(object.id())) {
      return Optional.of(
          leave(
              object.id(),
              live,
              Reason.NOT_OWNED,
              "exists already and was not created by this target; to take it over, allow adoption"));
    }
    boolean same =
        entry.isPresent()
            && entry.get().uid().equals(Optional.of(live.uid()))
            && entry.get().desired().equals(Optional.of(object.digest()))
            && entry.get().fingerprint().isPresent()
            && entry.get().fingerprint().equals(live.fingerprint());
    return (same ? Optional.of("") : basis.verdicts().note(object, live))
        .map(
            note ->
                new Change(
                    object.id(),
                    Action.NONE,
                    Reason.IN_SYNC,
                    List.of(),
                    Optional.of(live.version()),
                    live.health(),
                    note));
  }

  /** Whether it is there, and nobody's, and is not taken over. */
  private boolean unadopted(ResourceId id, LiveSummary live, Basis basis) {
    // What was recorded ahead of a write that did not come about is nobody's promise.
    boolean applied = basis.inventory().find(id).flatMap(InventoryEntry::uid).isPresent();
    boolean restored = live.options().restored().equals(basis.view().hash());
    return !applied
        && live.owner().isEmpty()
        && settings.adoption() == AdoptionPolicy.MUST_MATCH
        && !restored;
  }

  /** As it is compared with a live object, of which nothing of others is taken if it joins it. */
  Prepared comparedWith(LiveSummary live, Prepared object, Basis basis) {
    boolean joins = unadopted(object.id(), live, basis) && settings.comesByItself(object.id());
    return joins ? object.joining() : object;
  }

  private static Change leave(ResourceId id, LiveSummary live, Reason reason, String note) {
    return new Change(
        id, Action.SKIP, reason, List.of(), Optional.of(live.version()), live.health(), note);
  }

  /** What becomes of an object that is owned and no longer desired. */
  Change removal(InventoryEntry entry, Optional<LiveSummary> there, View view, boolean end) {
    ResourceId id = entry.id();
    Optional<String> other =
        there.map(LiveSummary::owner).filter(o -> !o.isEmpty() && !o.equals(view.hash()));
    if (other.isPresent()) {
      return new Change(
          id,
          Action.DELETE,
          Reason.REMOVED,
          List.of(),
          Optional.empty(),
          there.get().health(),
          "it is another target's now, whose label it carries, and only leaves the inventory");
    }
    // Somebody may have taken our label off: then the instance tells.
    boolean ours =
        there
            .filter(l -> l.owner().equals(view.hash()) || entry.uid().equals(Optional.of(l.uid())))
            .isPresent();
    if (!ours) {
      return new Change(
          id,
          Action.DELETE,
          Reason.REMOVED,
          List.of(),
          Optional.empty(),
          Health.of(HealthStatus.MISSING),
          "it is gone already and only leaves the inventory");
    }
    LiveSummary live = there.get();
    if (live.terminating()) {
      return leave(id, live, Reason.TERMINATING, "no longer desired; " + live.health().message());
    }
    PruneOptions asks = settings.asks(live.options().prune(), end);
    String keep = asks.keep();
    if (!keep.isEmpty()) {
      return leave(id, live, Reason.PRUNE_PROTECTED, "no longer desired; kept by its " + keep);
    }
    String confirm = asks.confirm();
    if (confirm.isEmpty() && settings.protectedKinds().contain(id)) {
      confirm = "kind";
    }
    return confirm.isEmpty()
        ? new Change(
            id,
            Action.DELETE,
            Reason.REMOVED,
            List.of(),
            Optional.of(live.version()),
            live.health(),
            "")
        : leave(
            id,
            live,
            Reason.PRUNE_UNCONFIRMED,
            "no longer desired; by its " + confirm + " it is removed only when confirmed");
  }
}
