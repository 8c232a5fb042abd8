package io.gitops4j.render;

import io.gitops4j.error.InventoryException;
import io.gitops4j.operation.OperationContext;
import java.util.Map;

/**
 * What a target gives to others, read anew whenever it is asked for: it flows on to a renderer of
 * another target, which renders again when it changed. Thread-safe.
 */
@FunctionalInterface
public interface Outputs {
  /**
   * Reads them.
   *
   * @param context of the pass that needs them
   * @return the outputs by name; none before the first apply
   * @throws InventoryException when they cannot be read
   */
  Map<String, Output> read(OperationContext context);

  /**
   * The same, read once for each try of a pass: a renderer needs them twice, and reading may take a
   * process.
   *
   * @return outputs that keep what was read last
   */
  default OncePerTry oncePerTry() {
    return new OncePerTry(this);
  }
}
