package io.gitops4j.k8s.internal.health;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.health.Health;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.internal.json.ApiVersion;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How well a live object is: a rule of its own for the kinds people deploy most, the conventions of
 * the Kubernetes API for every other. Thread-safe.
 */
public final class HealthRules {
  private static final HealthRules STANDARD = new HealthRules(UserRules.NONE);

  private final UserRules user;

  private HealthRules(UserRules user) {
    this.user = user;
  }

  /** The rules that hold where the user gives none. */
  public static HealthRules standard() {
    return STANDARD;
  }

  /**
   * The rules with those of the user above them.
   *
   * @throws ConfigurationException that lists all checks that do not compile
   */
  public static HealthRules with(List<HealthCheck> checks) {
    return checks.isEmpty() ? STANDARD : new HealthRules(UserRules.compile(checks));
  }

  /** The health of a live object, of whose kind nothing is known. */
  public Health assess(JsonNode live) {
    return assess(live, true);
  }

  /**
   * The health of a live object.
   *
   * @param hasStatus whether its kind is served with a status: else nobody will ever write one
   */
  public Health assess(JsonNode live, boolean hasStatus) {
    String group = ApiVersion.group(live.path("apiVersion").asString(""));
    String kind = live.path("kind").asString("");
    return Terminating.health(live)
        .or(() -> user.assess(group, kind, live))
        .or(() -> BuiltInKinds.assess(group, kind, live))
        .or(() -> Healths.unseen(live))
        .or(() -> RuleBook.assess(group, kind, live))
        .orElseGet(() -> GenericHealth.of(live, hasStatus));
  }
}
