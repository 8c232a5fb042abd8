package io.gitops4j.k8s.argo;

import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.internal.glob.Glob;
import java.util.Optional;
import java.util.function.Function;

/**
 * A pattern that allows, or, with {@code !} in front, one that denies; such a one matches what it
 * does not deny. Immutable.
 */
record Rule(String text, boolean denies, Glob glob) {
  static Rule of(String text, Function<String, Glob> grammar) {
    boolean denies = text.startsWith("!");
    if (text.equals("!*")) {
      throw new IllegalArgumentException("'!*' denies everything");
    }
    return new Rule(text, denies, grammar.apply(denies ? text.substring(1) : text));
  }

  /** Reads a field; empty, with the problem told, when it is no pattern. */
  static Optional<Rule> read(Fields fields, String name, Function<String, Glob> grammar) {
    try {
      return Optional.of(of(fields.text(name).orElse(""), grammar));
    } catch (IllegalArgumentException e) {
      fields.problem(name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  boolean matches(String value) {
    return glob.matches(value) != denies;
  }

  @Override
  public String toString() {
    return text;
  }
}
