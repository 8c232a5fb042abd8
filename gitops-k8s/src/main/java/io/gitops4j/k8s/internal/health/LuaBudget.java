package io.gitops4j.k8s.internal.health;

/** What one run of a script may still use. Confined to the thread of the run. */
final class LuaBudget {
  private static final int STEPS = 200_000;
  private static final long BYTES = 8_000_000;
  private static final int DEPTH = 100;

  private static final ThreadLocal<LuaBudget> CURRENT = ThreadLocal.withInitial(LuaBudget::new);

  private int steps = STEPS;
  private long bytes = BYTES;
  private int depth;

  /** The budget of the run that goes on in this thread. */
  static LuaBudget current() {
    return CURRENT.get();
  }

  /** Begins a run with all that is allowed. */
  static LuaBudget begin() {
    CURRENT.remove();
    return CURRENT.get();
  }

  /** Ends the run of this thread. */
  static void end() {
    CURRENT.remove();
  }

  /** Spends steps of the interpreter, or of a search in a text. */
  void step(int count) {
    steps -= count;
    if (steps < 0) {
      // Spent for good: a script that catches the error fails again at its next step.
      throw new ExceededException("it takes more than " + STEPS + " steps");
    }
  }

  /** Spends bytes of texts that are made. */
  void make(long count) {
    bytes -= count;
    if (bytes < 0) {
      steps = 0;
      throw new ExceededException("it makes texts of more than " + BYTES + " bytes");
    }
  }

  void enter() {
    if (++depth > DEPTH) {
      steps = 0;
      throw new ExceededException("its calls are nested deeper than " + DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  /** A script used more than it may. */
  static final class ExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExceededException(String message) {
      super(message);
    }
  }
}
