package io.gitops4j.reconcile;

import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.source.Lineage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A wish to go back to a revision and to stay there. Immutable.
 *
 * @param revision to go back to
 * @param lineage where it may be found
 * @param by who wishes it, in words for people
 * @param why in words for people
 * @param until what ends the pin that it leads to
 * @param hooks whether hooks of the revision run
 */
public record Rollback(
    Revision revision, Lineage lineage, String by, String why, Pin.Until until, Pin.Hooks hooks) {
  /** Checks that no part is missing. */
  public Rollback {
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(lineage, "lineage");
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(why, "why");
    Objects.requireNonNull(until, "until");
    Objects.requireNonNull(hooks, "hooks");
  }

  /**
   * Goes back to what the record says was applied, with its hooks, until it is released. A revision
   * that is recorded was followed once: it is taken though the source's history may have been
   * rewritten since.
   *
   * @param entry of the target's history
   * @param by who wishes it
   * @param why in words for people
   * @return the wish
   */
  public static Rollback to(HistoryEntry entry, String by, String why) {
    return new Rollback(
        entry.revision(), Lineage.ANYWHERE, by, why, Pin.Until.RELEASED, Pin.Hooks.RUN);
  }

  /**
   * Goes back to a revision in the history of what the source follows, with its hooks, until it is
   * released.
   *
   * @param revision of which only the digest counts
   * @param by who wishes it
   * @param why in words for people
   * @return the wish
   */
  public static Rollback to(Revision revision, String by, String why) {
    return new Rollback(revision, Lineage.FOLLOWED, by, why, Pin.Until.RELEASED, Pin.Hooks.RUN);
  }

  /**
   * Which entry is gone back to when nobody names one: the newest of another revision that was
   * applied whole, leaving out what was gone back from since. One that was waited for and did not
   * become well ({@link AutoRollback}) counts only when there is no other.
   *
   * @param from the revision that is left
   * @param history newest first
   * @return the entry; empty when nothing better is known
   */
  public static Optional<HistoryEntry> earlier(Revision from, List<HistoryEntry> history) {
    Set<Digest> left = new HashSet<>(Set.of(from.digest()));
    // What lies between a pin and the pass that had its revision before is what the pin left.
    Set<Digest> returning = new HashSet<>();
    List<HistoryEntry> whole = new ArrayList<>();
    for (HistoryEntry entry : history) {
      Digest revision = entry.revision().digest();
      returning.remove(revision);
      if (!returning.isEmpty()) {
        left.add(revision);
      }
      entry
          .pin()
          .ifPresent(
              pin -> {
                returning.add(revision);
                pin.bad().ifPresent(bad -> left.add(bad.digest()));
              });
      if (entry.outcome() == ReconcileOutcome.Kind.APPLIED
          && entry.scope() == HistoryEntry.Scope.WHOLE
          && !left.contains(revision)) {
        whole.add(entry);
      }
    }
    return whole.stream()
        .filter(e -> e.trial().filter(t -> !t.awaited().isEmpty()).isEmpty())
        .findFirst()
        .or(() -> whole.stream().findFirst());
  }

  /**
   * The same, ended by something else.
   *
   * @param end what ends the pin
   * @return the other wish
   */
  public Rollback until(Pin.Until end) {
    return new Rollback(revision, lineage, by, why, end, hooks);
  }

  /** The same for another reason. */
  Rollback because(String reason) {
    return new Rollback(revision, lineage, by, reason, until, hooks);
  }

  /**
   * The same, with or without hooks.
   *
   * @param rule whether they run
   * @return the other wish
   */
  public Rollback hooks(Pin.Hooks rule) {
    return new Rollback(revision, lineage, by, why, until, rule);
  }
}
