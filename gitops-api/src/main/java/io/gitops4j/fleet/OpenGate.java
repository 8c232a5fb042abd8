package io.gitops4j.fleet;

import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import java.util.Optional;

/** The gate of a wave that has none; one instance, so that any other can be told from it. */
enum OpenGate implements WaveGate {
  /** The only one. */
  INSTANCE;

  @Override
  public Optional<String> held(Wave wave, Revision revision, OperationContext context) {
    return Optional.empty();
  }
}
