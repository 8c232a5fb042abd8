package io.gitops4j.k8s.internal.health;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;
import java.util.Optional;

/** A compiled expression about one object. Thread-safe. */
final class Expression {
  private final String text;
  private final CelRuntime.Program program;

  Expression(String text, CelRuntime.Program program) {
    this.text = text;
    this.program = program;
  }

  /** Whether it holds. */
  boolean holds(Map<String, Object> object) {
    Object value = value(object);
    if (value instanceof Boolean holds) {
      return holds;
    }
    throw new ExpressionException(text, "it gives " + value + ", not true or false");
  }

  /** The text that it gives. */
  String text(Map<String, Object> object) {
    Object value = value(object);
    return value instanceof Optional<?> maybe
        ? maybe.map(Object::toString).orElse("")
        : value.toString();
  }

  private Object value(Map<String, Object> object) {
    try {
      return program.eval(
          name -> Optional.ofNullable(name.equals(Expressions.SELF) ? object : object.get(name)));
    } catch (CelEvaluationException e) {
      throw new ExpressionException(text, String.valueOf(e.getMessage()));
    }
  }

  /** An expression that could not be evaluated on an object. */
  static final class ExpressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpressionException(String text, String why) {
      super("'" + text + "': " + why);
    }
  }
}
