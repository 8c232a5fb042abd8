package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import tools.jackson.databind.JsonNode;

/**
 * How well a live object is: a rule of its own for the kinds people deploy most, the conventions of
 * the Kubernetes API for every other. Thread-safe.
 */
public final class HealthRules {
  private static final HealthRules STANDARD = new HealthRules();

  private HealthRules() {}

  /** The rules that hold where the user gives none. */
  public static HealthRules standard() {
    return STANDARD;
  }

  /** The health of a live object. */
  public Health assess(JsonNode live) {
    String apiVersion = live.path("apiVersion").asString("");
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String kind = live.path("kind").asString("");
    return Healths.leaving(live)
        .or(() -> BuiltInKinds.assess(group, kind, live))
        .or(() -> Healths.unseen(live))
        .or(() -> RuleBook.assess(group, kind, live))
        .orElseGet(() -> GenericHealth.of(live));
  }
}
