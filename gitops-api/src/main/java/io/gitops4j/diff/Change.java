package io.gitops4j.diff;

import io.gitops4j.health.Health;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a plan says of one thing. Immutable.
 *
 * @param id which thing
 * @param action what the plan does with it
 * @param reason why
 * @param fields what differs, field by field; empty when nothing does, or when the whole thing
 *     comes or goes
 * @param live which live state was compared, empty when there is none
 * @param health of the live thing when it was compared; healthy where nothing is meant to be there
 * @param note what a reader should know besides, possibly empty
 * @param rehearsal what the destination said of it when it was tried without being made
 */
public record Change(
    ResourceId id,
    Action action,
    Reason reason,
    List<FieldChange> fields,
    Optional<LiveVersion> live,
    Health health,
    String note,
    Rehearsal rehearsal) {
  /** Copies the fields. */
  public Change {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(reason, "reason");
    fields = List.copyOf(fields);
    Objects.requireNonNull(live, "live");
    Objects.requireNonNull(health, "health");
    Objects.requireNonNull(note, "note");
    Objects.requireNonNull(rehearsal, "rehearsal");
  }

  /**
   * A change that the destination takes, or was not asked about.
   *
   * @param id which thing
   * @param action what the plan does with it
   * @param reason why
   * @param fields what differs, field by field
   * @param live which live state was compared, empty when there is none
   * @param health of the live thing when it was compared
   * @param note what a reader should know besides, possibly empty
   */
  public Change(
      ResourceId id,
      Action action,
      Reason reason,
      List<FieldChange> fields,
      Optional<LiveVersion> live,
      Health health,
      String note) {
    this(id, action, reason, fields, live, health, note, Rehearsal.TAKEN);
  }

  /**
   * Whether desired and live differ here, even where the plan leaves it so.
   *
   * @return false for what is as desired, and for what is passed over because its annotations say
   *     so, because nobody asked for it, or because it is a hook that need not run
   */
  public boolean differs() {
    return switch (reason) {
      case LEFT, NOT_SELECTED, HOOK -> action.writes();
      default -> action != Action.NONE;
    };
  }

  /**
   * Whether it takes away something that is there: a removal or a replacement.
   *
   * @return true when an instance is lost
   */
  public boolean removes() {
    return (action == Action.DELETE || action == Action.REPLACE) && live.isPresent();
  }

  /**
   * The removal that waited for a permission, as it is carried out.
   *
   * @return a change that deletes
   */
  public Change confirmed() {
    return new Change(id, Action.DELETE, Reason.REMOVED, fields, live, health, note);
  }

  /**
   * The same difference, left alone.
   *
   * @param why the reason not to act
   * @param explanation for people
   * @return a change that writes nothing
   */
  public Change skipped(Reason why, String explanation) {
    return new Change(id, Action.SKIP, why, fields, live, health, explanation, rehearsal);
  }

  /**
   * The same change with something more that a reader should know.
   *
   * @param more for people; empty for nothing
   * @return the change with it
   */
  public Change noted(String more) {
    String all = note.isEmpty() || more.isEmpty() ? note + more : note + "; " + more;
    return new Change(id, action, reason, fields, live, health, all, rehearsal);
  }

  /**
   * The same change, of which the destination said something else.
   *
   * @param said when it was tried without being made
   * @return the change with it
   */
  public Change rehearsed(Rehearsal said) {
    return new Change(id, action, reason, fields, live, health, note, said);
  }

  /**
   * Drift that nobody looks for.
   *
   * @param explanation for people
   * @return a change that is no difference
   */
  public Change uncounted(String explanation) {
    return new Change(id, Action.NONE, Reason.DRIFT_IGNORED, List.of(), live, health, explanation);
  }
}
