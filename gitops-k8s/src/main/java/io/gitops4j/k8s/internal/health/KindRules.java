package io.gitops4j.k8s.internal.health;

import dev.cel.common.CelValidationException;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules of a kind: the first whose expression holds decides. Its message is given by {@code
 * say}, or found in the status. Compiled when the first object is seen. Thread-safe.
 */
final class KindRules {
  private static final String SAY = "say";

  private final String subject;
  private final JsonNode written;
  private volatile @Nullable List<Rule> compiled;

  private record Rule(HealthStatus status, Expression when, Optional<Expression> say) {}

  KindRules(String subject, JsonNode written) {
    this.subject = subject;
    this.written = written;
  }

  /** What the rules say, empty when none of them fits. */
  Optional<Health> assess(JsonNode live) {
    try {
      Map<String, Object> object = ObjectValues.of(live);
      for (Rule rule : rules()) {
        if (rule.when().holds(object)) {
          String message =
              rule.say()
                  .map(s -> s.text(object))
                  .orElseGet(() -> Explanation.of(rule.status(), live));
          return Optional.of(new Health(rule.status(), message));
        }
      }
      return Optional.empty();
    } catch (Expression.ExpressionException e) {
      return Optional.of(
          Healths.unknown("the rule of " + subject + " cannot be evaluated: " + e.getMessage()));
    }
  }

  /** The words that the rules can give; compiles them. */
  Set<HealthStatus> words() {
    return rules().stream().map(Rule::status).collect(Collectors.toSet());
  }

  private List<Rule> rules() {
    List<Rule> known = compiled;
    if (known == null) {
      List<Rule> fresh = new ArrayList<>();
      written.forEach(r -> fresh.add(rule(r)));
      known = List.copyOf(fresh);
      compiled = known;
    }
    return known;
  }

  private Rule rule(JsonNode entry) {
    Optional<Expression> say = Optional.empty();
    @Nullable HealthStatus status = null;
    @Nullable Expression when = null;
    for (Map.Entry<String, JsonNode> field : entry.properties()) {
      Expression expression = compile(field.getValue().asString(""));
      if (field.getKey().equals(SAY)) {
        say = Optional.of(expression);
      } else {
        status = HealthStatus.valueOf(field.getKey().toUpperCase(Locale.ROOT));
        when = expression;
      }
    }
    if (status == null || when == null) {
      throw new IllegalStateException(subject + ": a rule needs a status word, not " + entry);
    }
    return new Rule(status, when, say);
  }

  private Expression compile(String text) {
    try {
      return Expressions.compile(text);
    } catch (CelValidationException e) {
      throw new IllegalStateException(subject + ": " + e.getMessage(), e);
    }
  }
}
