package io.gitops4j.reconcile;

/**
 * Somebody who hears of what moves in a destination, until this is closed. Closing it again does
 * nothing. Thread-safe.
 */
@FunctionalInterface
public interface LiveWatch extends AutoCloseable {
  /** Tells the listener nothing more; a call that runs already ends by itself. */
  @Override
  void close();
}
