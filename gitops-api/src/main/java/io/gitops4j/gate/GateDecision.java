package io.gitops4j.gate;

import io.gitops4j.model.ResourceId;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a gate decided. Switch on {@link #kind()}. */
public sealed interface GateDecision {
  /** The kinds of decision. */
  enum Kind {
    /** The plan may be applied. */
    ALLOWED,
    /** The plan stops here. */
    HELD,
    /** Some changes stop here, the others go on. */
    HELD_IN_PART
  }

  /**
   * Which decision this is.
   *
   * @return the kind
   */
  Kind kind();

  /**
   * Why the plan, or a part of it, stops here.
   *
   * @return the reason, for people; empty when it is allowed
   */
  default Optional<String> whyHeld() {
    return Optional.empty();
  }

  /**
   * The plan may be applied.
   *
   * @return the decision
   */
  static GateDecision allowed() {
    return new Allowed();
  }

  /**
   * The plan stops here.
   *
   * @param reason why, and what would let it pass
   * @return the decision
   */
  static GateDecision held(String reason) {
    return new Held(reason);
  }

  /**
   * Some changes stop here, the others go on. A plan that nothing can be left out of stops.
   *
   * @param changes by what they change
   * @param reason why, and what would let them pass
   * @return the decision
   */
  static GateDecision held(Set<ResourceId> changes, String reason) {
    return new HeldInPart(changes, reason);
  }

  /** The plan may be applied. */
  record Allowed() implements GateDecision {
    @Override
    public Kind kind() {
      return Kind.ALLOWED;
    }
  }

  /**
   * The plan stops here.
   *
   * @param reason why, and what would let it pass
   */
  record Held(String reason) implements GateDecision {
    /** Checks that the reason is there. */
    public Held {
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Kind kind() {
      return Kind.HELD;
    }

    @Override
    public Optional<String> whyHeld() {
      return Optional.of(reason);
    }
  }

  /**
   * Some changes stop here, the others go on.
   *
   * @param changes by what they change
   * @param reason why, and what would let them pass
   */
  record HeldInPart(Set<ResourceId> changes, String reason) implements GateDecision {
    /** Copies the changes. */
    public HeldInPart {
      changes = Set.copyOf(changes);
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Kind kind() {
      return Kind.HELD_IN_PART;
    }

    @Override
    public Optional<String> whyHeld() {
      return Optional.of(reason);
    }
  }
}
