package io.gitops4j.model;

import java.util.Objects;

/**
 * A value that must not be seen: its text form is {@code ***}, so it cannot reach a log, an event
 * or an exception by accident. Immutable when the value is.
 *
 * @param <T> the type of the value
 */
public final class Sensitive<T> {
  private final T value;

  private Sensitive(T value) {
    this.value = Objects.requireNonNull(value, "value");
  }

  /**
   * Wraps a value.
   *
   * @param value the secret
   * @param <T> its type
   * @return the wrapped value
   */
  public static <T> Sensitive<T> of(T value) {
    return new Sensitive<>(value);
  }

  /**
   * The value itself; call it only where the value leaves for the place it is meant for.
   *
   * @return the secret
   */
  public T reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sensitive<?> that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
