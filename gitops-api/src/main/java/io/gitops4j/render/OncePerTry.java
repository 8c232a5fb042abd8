package io.gitops4j.render;

import io.gitops4j.error.InventoryException;
import io.gitops4j.operation.OperationContext;
import java.util.Map;

/**
 * Outputs that a renderer reads once for each try, because reading may take a process: {@link
 * Renderer#inputs} asks {@link #anew}, and {@link Renderer#render} takes what that read. A pass
 * that is tried again sees what changed in between. Thread-safe.
 */
public final class OncePerTry implements Outputs {
  private final Outputs outputs;
  private volatile Read last = new Read("", Map.of());

  private record Read(String operationId, Map<String, Output> outputs) {}

  OncePerTry(Outputs outputs) {
    this.outputs = outputs;
  }

  /**
   * Reads them, whatever was read before.
   *
   * @param context of the pass that needs them
   * @return the outputs by name; none before the first apply
   * @throws InventoryException when they cannot be read
   */
  public Map<String, Output> anew(OperationContext context) {
    Read read = new Read(context.operationId(), Map.copyOf(outputs.read(context)));
    last = read;
    return read.outputs();
  }

  /** What this pass read last; reads them when that is nothing. */
  @Override
  public Map<String, Output> read(OperationContext context) {
    Read known = last;
    return known.operationId().equals(context.operationId()) ? known.outputs() : anew(context);
  }
}
