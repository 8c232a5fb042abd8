package io.gitops4j.diff;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.Digest;
import io.gitops4j.model.TargetId;
import io.gitops4j.render.Desired;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Exactly what will be done, nothing more. Immutable.
 *
 * @param id digest of target, desired state and changes with their live versions
 * @param target whose plan
 * @param desired what it leads to
 * @param inventory what was owned when the plan was made; the applier starts from it
 * @param changes one for every thing desired or owned, sorted by identity
 * @param basis what it stands on besides the changes: the digest of what is desired, or what a
 *     provider binds it to
 * @param <D> the kind of desired state
 */
public record Plan<D extends Desired>(
    PlanId id,
    TargetId target,
    D desired,
    Inventory inventory,
    List<Change> changes,
    Digest basis) {
  /** Copies the changes. */
  public Plan {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(desired, "desired");
    Objects.requireNonNull(inventory, "inventory");
    changes = List.copyOf(changes);
    Objects.requireNonNull(basis, "basis");
  }

  /**
   * Makes a plan and computes its id, which does not depend on the order of the changes.
   *
   * @param target whose plan
   * @param desired what it leads to
   * @param inventory what is owned
   * @param changes one for every thing desired or owned
   * @param <D> the kind of desired state
   * @return the plan
   */
  public static <D extends Desired> Plan<D> of(
      TargetId target, D desired, Inventory inventory, List<Change> changes) {
    return of(target, desired, inventory, changes, desired.digest());
  }

  /**
   * Makes a plan that is bound to something else than the digest of what is desired.
   *
   * @param target whose plan
   * @param desired what it leads to
   * @param inventory what is owned
   * @param changes one for every thing desired or owned
   * @param basis what the plan stands on besides its changes; another basis is another plan
   * @param <D> the kind of desired state
   * @return the plan
   */
  public static <D extends Desired> Plan<D> of(
      TargetId target, D desired, Inventory inventory, List<Change> changes, Digest basis) {
    List<Change> sorted = changes.stream().sorted(Comparator.comparing(Change::id)).toList();
    return new Plan<>(idOf(target, basis, sorted), target, desired, inventory, sorted, basis);
  }

  /**
   * Whether it writes nothing.
   *
   * @return true when no change writes
   */
  public boolean inSync() {
    return changes.stream().noneMatch(c -> c.action().writes());
  }

  /**
   * Whether desired and live differ, even where the plan leaves it so.
   *
   * @return true when a change {@link Change#differs()}
   */
  public boolean hasDifferences() {
    return changes.stream().anyMatch(Change::differs);
  }

  /**
   * How many owned things the share of what a plan removes is a share of: those that stay as they
   * are desired, and those that it removes. What stays although nobody desires it any more, and
   * what has gone already, does not count: it would make a loss look small.
   *
   * @return their number
   */
  public int atStake() {
    long aside =
        changes.stream()
            .filter(c -> c.reason().leftover() && !c.removes())
            .filter(c -> inventory.find(c.id()).isPresent())
            .count();
    return inventory.entries().size() - (int) aside;
  }

  /**
   * Why gates left something out of it, so that the revision is not all live when it is applied.
   *
   * @return their reasons, for people; empty when they left nothing out
   */
  public Optional<String> heldInPart() {
    return changes.stream()
        .filter(c -> c.reason() == Reason.HELD)
        .map(Change::note)
        .distinct()
        .reduce((one, other) -> one + "; " + other);
  }

  /**
   * The same plan with some changes replaced, under a new id.
   *
   * @param rule gives for a change the one to take its place
   * @return the other plan
   */
  public Plan<D> mapChanges(UnaryOperator<Change> rule) {
    return of(target, desired, inventory, changes.stream().map(rule).toList(), basis);
  }

  private static PlanId idOf(TargetId target, Digest basis, List<Change> changes) {
    // A plan of thousands is made by every pass: its text grows once.
    StringBuilder text = new StringBuilder(256 * (changes.size() + 1));
    part(text, target.name());
    part(text, basis.toString());
    for (Change change : changes) {
      part(text, change.id().group());
      part(text, change.id().kind());
      part(text, change.id().namespace());
      part(text, change.id().name());
      part(text, change.action().name());
      part(text, change.live().map(l -> l.uid() + "/" + l.content()).orElse(""));
    }
    return new PlanId(Digest.sha256(text.toString()));
  }

  /** Length first, so that no two lists of parts read the same. */
  private static void part(StringBuilder text, String value) {
    text.append(value.length()).append(':').append(value);
  }
}
