package io.gitops4j.gate;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.KindName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A time in which changes are allowed or denied, as a sync window of Argo CD, and one for some
 * kinds of change where that is wanted. Immutable.
 *
 * @param kind what it does while it is open
 * @param schedule when it opens
 * @param duration how long it stays open, positive
 * @param manual what becomes of a pass that somebody asked for
 * @param running what becomes of an operation that began when it might
 * @param actions which changes it speaks of; a replacement is a removal too; empty for all
 * @param kinds of things that it speaks of, such as {@code StatefulSet}; empty for all
 * @param description for people, possibly empty
 */
public record SyncWindow(
    Kind kind,
    CronSchedule schedule,
    Duration duration,
    Manual manual,
    Running running,
    Set<Action> actions,
    Set<KindName> kinds,
    String description) {
  /** More openings that follow on each other than this are one without an end. */
  private static final int OPENINGS = 500;

  /** What a window does while it is open. */
  public enum Kind {
    /** Changes are made inside of it only. */
    ALLOW,
    /** No change is made inside of it. */
    DENY
  }

  /** What becomes of a pass that somebody asked for, when the window holds it. */
  public enum Manual {
    /** It waits like any other: {@code manualSync: false}. */
    WAITS,
    /** It goes on: {@code manualSync: true}. */
    PASSES
  }

  /** What becomes of an operation that began when it might, and is tried again now. */
  public enum Running {
    /** It waits: {@code syncOverrun: false}. */
    WAITS,
    /** It is brought to its end: {@code syncOverrun: true}. */
    FINISHES
  }

  /**
   * Checks everything.
   *
   * @throws ConfigurationException when the duration is not positive
   */
  public SyncWindow {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(manual, "manual");
    Objects.requireNonNull(running, "running");
    actions = Set.copyOf(actions);
    kinds = Set.copyOf(kinds);
    Objects.requireNonNull(description, "description");
    if (duration.isNegative() || duration.isZero()) {
      throw new ConfigurationException(
          "sync window " + schedule, List.of("its duration must be positive, not " + duration));
    }
  }

  /**
   * A window that changes are made inside of only.
   *
   * @param schedule when it opens, as cron has it
   * @param zone of the clock that it opens by
   * @param duration how long it stays open, positive
   * @return the window, for all changes
   * @throws ConfigurationException when the schedule cannot be read
   */
  public static SyncWindow allow(String schedule, ZoneId zone, Duration duration) {
    return plain(Kind.ALLOW, schedule, zone, duration);
  }

  /**
   * A window that no change is made inside of.
   *
   * @param schedule when it opens, as cron has it
   * @param zone of the clock that it opens by
   * @param duration how long it stays open, positive
   * @return the window, for all changes
   * @throws ConfigurationException when the schedule cannot be read
   */
  public static SyncWindow deny(String schedule, ZoneId zone, Duration duration) {
    return plain(Kind.DENY, schedule, zone, duration);
  }

  private static SyncWindow plain(Kind kind, String schedule, ZoneId zone, Duration duration) {
    return new SyncWindow(
        kind,
        CronSchedule.of(schedule, zone),
        duration,
        Manual.WAITS,
        Running.WAITS,
        Set.of(),
        Set.of(),
        "");
  }

  /**
   * The window with another rule for what somebody asked for.
   *
   * @param rule the rule
   * @return the other window
   */
  public SyncWindow withManual(Manual rule) {
    return new SyncWindow(kind, schedule, duration, rule, running, actions, kinds, description);
  }

  /**
   * The window with another rule for what runs already.
   *
   * @param rule the rule
   * @return the other window
   */
  public SyncWindow withRunning(Running rule) {
    return new SyncWindow(kind, schedule, duration, manual, rule, actions, kinds, description);
  }

  /**
   * The window for some actions only.
   *
   * @param some of them; a window for {@link Action#DELETE} speaks of replacements too
   * @return the other window
   */
  public SyncWindow forActions(Set<Action> some) {
    return new SyncWindow(kind, schedule, duration, manual, running, some, kinds, description);
  }

  /**
   * The window for some kinds of things only.
   *
   * @param some such as {@code CustomResourceDefinition} or {@code apps/StatefulSet}
   * @return the other window
   * @throws IllegalArgumentException when one is written wrongly, see {@link KindName}
   */
  public SyncWindow forKinds(Set<String> some) {
    return new SyncWindow(
        kind, schedule, duration, manual, running, actions, KindName.all(some), description);
  }

  /**
   * Whether it speaks of a change.
   *
   * @param change that writes
   * @return whether it does
   */
  public boolean covers(Change change) {
    boolean acts =
        actions.isEmpty()
            || actions.contains(change.action())
            || change.action() == Action.REPLACE && actions.contains(Action.DELETE);
    return acts && (kinds.isEmpty() || kinds.stream().anyMatch(k -> k.names(change.id())));
  }

  /**
   * Whether it is open: from when its clock shows a time of the schedule, for its duration.
   *
   * @param moment when
   * @return whether it is
   */
  public boolean open(Instant moment) {
    return schedule.after(moment.minus(duration)).filter(t -> !t.isAfter(moment)).isPresent();
  }

  /**
   * When it opens next.
   *
   * @param moment from when on
   * @return the time by its clock; empty when it does not within decades
   */
  public Optional<ZonedDateTime> opens(Instant moment) {
    return schedule.after(moment).map(t -> t.atZone(schedule.zone()));
  }

  /**
   * When it closes.
   *
   * @param moment at which it is open
   * @return the time by its clock; empty when it opens anew before it closes, on and on
   */
  public Optional<ZonedDateTime> closes(Instant moment) {
    Optional<Instant> end = Optional.of(moment);
    Optional<Instant> opened = schedule.after(moment.minus(duration));
    for (int openings = 0; openings < OPENINGS; openings++) {
      if (opened.isEmpty() || opened.get().isAfter(end.orElse(moment))) {
        return end.map(t -> t.atZone(schedule.zone()));
      }
      end = opened.map(t -> t.plus(duration));
      opened = schedule.after(opened.get());
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT)
        + " "
        + schedule
        + " for "
        + duration.toString().substring(2).toLowerCase(Locale.ROOT)
        + (description.isEmpty() ? "" : ", " + description);
  }
}
