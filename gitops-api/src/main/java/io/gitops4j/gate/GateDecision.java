package io.gitops4j.gate;

import java.util.Objects;

/** What a gate decided. Switch on {@link #kind()}. */
public sealed interface GateDecision {
  /** The kinds of decision. */
  enum Kind {
    /** The plan may be applied. */
    ALLOWED,
    /** The plan stops here. */
    HELD
  }

  /**
   * Which decision this is.
   *
   * @return the kind
   */
  Kind kind();

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
  }
}
