package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which pass began what a target is at, so that gates know what is tried again. Thread-safe. */
final class Origins {
  private final Map<TargetId, String> first = new ConcurrentHashMap<>();

  /** The context of a pass, told what the pass is for. */
  OperationContext of(BoardAction.Run run, OperationContext context) {
    String origin =
        switch (run.purpose().turn()) {
          case FIRST -> context.operationId();
          case AGAIN -> first.getOrDefault(run.target(), context.operationId());
        };
    first.put(run.target(), origin);
    return context.withTrigger(run.purpose().trigger()).withOrigin(origin);
  }

  /** A running pass found something newer than what it was to try again. */
  void beginAnew(TargetId target, OperationContext context) {
    context.beginAnew();
    first.put(target, context.operationId());
  }
}
