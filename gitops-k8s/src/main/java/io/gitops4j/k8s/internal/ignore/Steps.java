package io.gitops4j.k8s.internal.ignore;

import java.util.regex.Pattern;

/**
 * How many steps an expression of a user may take. Steps are counted, not timed, so that the same
 * expression always ends the same. Not thread-safe.
 */
final class Steps {
  private static final int MOST = 1_000_000;

  private int taken;

  /** More steps were taken than allowed. */
  static final class ExceededException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ExceededException(Throwable cause) {
      super("it takes more than " + MOST + " steps", cause, false, false);
    }
  }

  void take(int steps) {
    taken += steps;
    if (taken > MOST || taken < 0) {
      throw new ExceededException(null);
    }
  }

  /** Whether a pattern is found in a text; every look at a character is a step. */
  boolean find(Pattern pattern, String text) {
    try {
      return pattern.matcher(new Counted(text, this)).find();
    } catch (StackOverflowError e) {
      throw new ExceededException(e);
    }
  }

  private record Counted(CharSequence text, Steps steps) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      steps.take(1);
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), steps);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
