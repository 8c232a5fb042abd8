package io.gitops4j.k8s.internal.health;

import dev.cel.common.CelValidationException;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.health.Health;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.HealthRule;
import io.gitops4j.k8s.internal.json.ApiVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the user says about health, compiled. Thread-safe. */
final class UserRules {
  private static final Logger LOG = LoggerFactory.getLogger(UserRules.class);

  static final UserRules NONE = new UserRules(List.of());

  private final List<Rule> rules;

  private record Rule(Pattern group, Pattern kind, HealthRule rule) {}

  private UserRules(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Compiles all.
   *
   * @throws ConfigurationException that lists all that do not compile
   */
  static UserRules compile(List<HealthCheck> checks) {
    List<String> problems = new ArrayList<>();
    List<Rule> rules = new ArrayList<>();
    for (HealthCheck check : checks) {
      Rule rule = rule(check, problems);
      if (rule != null) {
        rules.add(rule);
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("health checks", problems);
    }
    return new UserRules(List.copyOf(rules));
  }

  private static @Nullable Rule rule(HealthCheck check, List<String> problems) {
    if (check instanceof HealthCheck.Code code) {
      return new Rule(glob(code.group()), glob(code.kind()), live -> run(code, live));
    }
    try {
      if (check instanceof HealthCheck.Script script) {
        HealthRule rule = LuaScripts.compile(script);
        return new Rule(glob(script.group()), glob(script.kind()), rule);
      }
      HealthCheck.Expressions expressions = (HealthCheck.Expressions) check;
      String group = ApiVersion.group(expressions.apiVersion());
      String kind = expressions.kind().isEmpty() ? "*" : expressions.kind();
      return new Rule(glob(group), glob(kind), UserExpressions.compile(expressions));
    } catch (CelValidationException | IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Code that fails cannot tell. Its message is not shown: it may hold what the code read. */
  private static Optional<Health> run(HealthCheck.Code code, ObjectNode live) {
    try {
      return Objects.requireNonNull(code.rule().assess(live), "health");
    } catch (RuntimeException e) {
      LOG.debug("the health rule for {} failed", name(code), e);
      return Optional.of(
          Healths.unknown(
              "the health rule for %s failed with %s"
                  .formatted(name(code), e.getClass().getName())));
    }
  }

  private static String name(HealthCheck.Code code) {
    return code.group().isEmpty() ? code.kind() : code.group() + "/" + code.kind();
  }

  private static Pattern glob(String text) {
    return Pattern.compile(Pattern.quote(text).replace("*", "\\E.*\\Q"));
  }

  /** The health of the first rule that gives one. */
  Optional<Health> assess(String group, String kind, JsonNode live) {
    for (Rule rule : rules) {
      if (live instanceof ObjectNode object
          && rule.group().matcher(group).matches()
          && rule.kind().matcher(kind).matches()) {
        Optional<Health> health = rule.rule().assess(object);
        if (health.isPresent()) {
          return health;
        }
      }
    }
    return Optional.empty();
  }
}
