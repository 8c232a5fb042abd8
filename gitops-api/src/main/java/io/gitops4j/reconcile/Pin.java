package io.gitops4j.reconcile;

import io.gitops4j.error.Redactor;
import io.gitops4j.model.Revision;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * That a target stays at one revision, wherever its source stands. Passes go on as ever: they
 * render, compare and heal that revision. Immutable.
 *
 * @param revision that it stays at
 * @param bad the revision that it went back from and that is left alone; empty when the source was
 *     not asked where it stands
 * @param by who did it, in words for people; not empty
 * @param why in words for people. Passes {@link Redactor}
 * @param since when, by the reconciler's clock
 * @param until what ends it
 * @param hooks whether hooks of the revision run
 */
public record Pin(
    Revision revision,
    Optional<Revision> bad,
    String by,
    String why,
    Instant since,
    Until until,
    Hooks hooks) {
  /** Who made a pin that nobody wished for. */
  static final String ITSELF = "gitops4j";

  /** How the reason of a pin begins that a restore made. */
  static final String RESTORED = "restored: ";

  /** What ends a pin. */
  public enum Until {
    /** Somebody releases it. */
    RELEASED,
    /** The source stands at another revision than the bad one; or somebody releases it. */
    MOVED_ON
  }

  /** Whether what a revision wants to be run once for a sync is run. */
  public enum Hooks {
    /** It is run, as with any other revision. */
    RUN,
    /** It is not, as if the revision had none. */
    SKIP
  }

  /**
   * Checks that no part is missing, and redacts why.
   *
   * @throws IllegalArgumentException when nobody did it, or when it is to end with another revision
   *     than the bad one and there is none
   */
  public Pin {
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(until, "until");
    Objects.requireNonNull(hooks, "hooks");
    if (by.isBlank()) {
      throw new IllegalArgumentException("a pin tells who made it");
    }
    if (until == Until.MOVED_ON && bad.isEmpty()) {
      throw new IllegalArgumentException("a pin that ends with another revision names the bad one");
    }
    why = Redactor.redact(why);
  }

  /**
   * The pin in one line.
   *
   * @return the text for people
   */
  public String message() {
    return "pinned to "
        + revision
        + " by "
        + by
        + (why.isEmpty() ? "" : ": " + why)
        + (until == Until.RELEASED
            ? "; until it is released"
            : "; until there is another revision than " + bad.orElseThrow());
  }

  /**
   * Whether the target went back by itself ({@link AutoRollback}). It does so only from a revision
   * that it has applied.
   *
   * @return whether nobody wished for it
   */
  public boolean automatic() {
    return by.equals(ITSELF);
  }

  /**
   * Whether the target is held where a restore left it ({@link Reconciler#restore}).
   *
   * @return whether a restore made it
   */
  public boolean restored() {
    return why.startsWith(RESTORED);
  }

  /** The same at the revision as the source tells it, with its author. */
  Pin at(Revision found) {
    return new Pin(found, bad, by, why, since, until, hooks);
  }
}
