package io.gitops4j.render;

import io.gitops4j.operation.OperationContext;
import java.util.Map;

/** What one pass read. */
final class OncePerPass implements Outputs {
  private final Outputs outputs;
  private volatile Read last = new Read("", Map.of());

  private record Read(String operationId, Map<String, Output> outputs) {}

  OncePerPass(Outputs outputs) {
    this.outputs = outputs;
  }

  @Override
  public Map<String, Output> read(OperationContext context) {
    Read known = last;
    if (!known.operationId().equals(context.operationId())) {
      known = new Read(context.operationId(), Map.copyOf(outputs.read(context)));
      last = known;
    }
    return known.outputs();
  }
}
