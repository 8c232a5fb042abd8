package io.gitops4j.reconcile;

import io.gitops4j.model.Revision;
import io.gitops4j.source.Lineage;
import java.util.Objects;

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
