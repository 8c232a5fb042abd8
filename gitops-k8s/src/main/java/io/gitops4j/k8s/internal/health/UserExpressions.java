package io.gitops4j.k8s.internal.health;

import dev.cel.common.CelValidationException;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.HealthRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The user's expressions about a kind, in the order that Flux documents. Thread-safe. */
final class UserExpressions implements HealthRule {
  private final HealthCheck.Expressions written;
  private final Map<HealthStatus, Expression> order;

  private UserExpressions(HealthCheck.Expressions written, Map<HealthStatus, Expression> order) {
    this.written = written;
    this.order = order;
  }

  static HealthRule compile(HealthCheck.Expressions written) throws CelValidationException {
    if (written.current().isBlank()) {
      throw new IllegalArgumentException(
          written.apiVersion() + " " + written.kind() + ": the expression current is missing");
    }
    Map<HealthStatus, Expression> order = new LinkedHashMap<>();
    if (!written.inProgress().isBlank()) {
      order.put(HealthStatus.PROGRESSING, Expressions.compileForUser(written.inProgress()));
    }
    if (!written.failed().isBlank()) {
      order.put(HealthStatus.DEGRADED, Expressions.compileForUser(written.failed()));
    }
    order.put(HealthStatus.HEALTHY, Expressions.compileForUser(written.current()));
    return new UserExpressions(written, order);
  }

  @Override
  public Optional<Health> assess(ObjectNode live) {
    if (!live.path("apiVersion").asString("").equals(written.apiVersion())) {
      return Optional.empty();
    }
    return Optional.of(unobserved(live).orElseGet(() -> evaluate(live)));
  }

  /** Flux compares for difference, not for order. */
  private static Optional<Health> unobserved(JsonNode live) {
    JsonNode seen = live.path("status").path("observedGeneration");
    JsonNode generation = live.path("metadata").path("generation");
    boolean differs =
        seen.isIntegralNumber()
            && generation.isIntegralNumber()
            && seen.asLong() != generation.asLong();
    return differs
        ? Optional.of(
            Healths.progressing(
                "its controller has seen generation " + seen + " and not yet " + generation))
        : Optional.empty();
  }

  private Health evaluate(ObjectNode live) {
    Map<String, Object> object = ObjectValues.of(live);
    try {
      for (Map.Entry<HealthStatus, Expression> entry : order.entrySet()) {
        if (entry.getValue().holds(object)) {
          return new Health(entry.getKey(), Explanation.of(entry.getKey(), live));
        }
      }
      return Healths.progressing(Explanation.of(HealthStatus.PROGRESSING, live));
    } catch (Expression.ExpressionException e) {
      // A fresh object has no status that an expression could look into.
      return live.path("status").isEmpty()
          ? Healths.progressing(Explanation.of(HealthStatus.PROGRESSING, live))
          : Healths.unknown("its health check cannot be evaluated: " + e.getMessage());
    }
  }
}
