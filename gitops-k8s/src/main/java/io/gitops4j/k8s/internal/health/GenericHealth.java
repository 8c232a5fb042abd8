package io.gitops4j.k8s.internal.health;

import static io.gitops4j.k8s.internal.health.Healths.degraded;
import static io.gitops4j.k8s.internal.health.Healths.healthy;
import static io.gitops4j.k8s.internal.health.Healths.progressing;
import static io.gitops4j.k8s.internal.health.Healths.suspended;
import static io.gitops4j.k8s.internal.health.Healths.unknown;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the conventions of the Kubernetes API, and those that most controllers follow, say about an
 * object of a kind that nobody has described.
 */
final class GenericHealth {
  private static final List<String> STOPPING_FIELDS =
      List.of("suspend", "suspended", "paused", "pause");

  private static final List<String> FAILURES =
      List.of(
          "failureMessage",
          "failureReason",
          "errorMessage",
          "error",
          "errMsg",
          "lastError",
          "errors",
          "validationErrors");

  private GenericHealth() {}

  /** The health of an object whose deletion and generation have been looked at. */
  static Health of(JsonNode live, boolean hasStatus) {
    StatusParts parts = StatusParts.of(live);
    return stopped(live)
        .or(() -> unwell(live, parts))
        .or(() -> well(live, parts))
        .orElseGet(
            () -> {
              if (!isBlank(live.path("status"))) {
                return unknown("nothing in its status says whether it is well");
              }
              return hasStatus
                  ? progressing("its controller has written no status yet")
                  : unknown("its kind is served without a status, so nobody tells how it is");
            });
  }

  /** Conditions lag behind a phase, or tell of parts only: whatever is not content counts. */
  private static Optional<Health> unwell(JsonNode live, StatusParts parts) {
    return conditions(live)
        .filter(h -> !isHealthy(h))
        .or(() -> word(live).filter(h -> !isHealthy(h)))
        .or(() -> StatusCounts.lacking(live))
        .or(() -> StatusFlags.unmet(live).map(unmet -> failure(live).orElse(unmet)))
        .or(parts::unwell);
  }

  /** What says that the object is well, where nothing says otherwise, or all that it says. */
  private static Optional<Health> well(JsonNode live, StatusParts parts) {
    boolean silent = live.path("status").path("conditions").isEmpty();
    return conditions(live)
        .or(() -> word(live))
        .or(() -> failure(live))
        .or(() -> silent ? parts.well() : Optional.empty())
        .or(() -> StatusFlags.met(live))
        .or(() -> StatusCounts.complete(live))
        .or(() -> silent ? addressed(live) : Optional.empty());
  }

  private static boolean isHealthy(Health health) {
    return health.status() == HealthStatus.HEALTHY;
  }

  /** Some controllers fill in a status of nothings before they say anything. */
  private static boolean isBlank(JsonNode value) {
    if (value.isContainer()) {
      return value.isObject()
          ? value.properties().stream()
              .allMatch(f -> f.getKey().equals("observedGeneration") || isBlank(f.getValue()))
          : value.valueStream().allMatch(GenericHealth::isBlank);
    }
    return value.isMissingNode()
        || value.isNull()
        || value.isString() && value.asString().isBlank()
        || value.isNumber() && value.asDouble() == 0;
  }

  /** Suspended when its spec says that it shall stand still. */
  private static Optional<Health> stopped(JsonNode live) {
    for (String field : STOPPING_FIELDS) {
      if (live.path("spec").path(field).isBoolean() && live.path("spec").path(field).asBoolean()) {
        return Optional.of(suspended("spec." + field + " is true"));
      }
    }
    return Optional.empty();
  }

  /** What the conditions say, empty when they say nothing that is understood. */
  static Optional<Health> conditions(JsonNode live) {
    ConditionSummary all = ConditionSummary.of(live);
    if (all.stale().isPresent()) {
      return all.stale()
          .map(
              c ->
                  progressing(
                      "its condition " + Conditions.type(c) + " is of an older generation"));
    }
    if (all.stopped().isPresent()) {
      return all.stopped().map(c -> suspended(Conditions.said(c)));
    }
    Optional<JsonNode> main = all.main();
    boolean ready = main.filter(c -> Conditions.type(c).equalsIgnoreCase("Ready")).isPresent();
    boolean met = main.filter(c -> Conditions.is(c, "True")).isPresent();
    if (all.bad().isPresent() && !(ready && met)) {
      return all.bad().map(c -> degraded(Conditions.said(c)));
    }
    if (main.isPresent() && !met) {
      return main.map(c -> unmet(c, all));
    }
    // Ready stands for all others by convention, the other types only for themselves. Where only
    // parts are told of, nobody says that there are no more of them.
    Optional<JsonNode> unmet = ready ? all.unmetSummary() : all.unmetPart();
    if (unmet.isPresent()) {
      return unmet.map(c -> unmet(c, all));
    }
    if (main.isEmpty() && all.unmetOther().isPresent()) {
      return all.unmetOther().map(c -> unmet(c, all));
    }
    Optional<JsonNode> busy = ready ? all.busyBeside() : all.busy();
    if (busy.isPresent()) {
      return busy.map(c -> progressing(Conditions.said(c)));
    }
    // A job may be complete because it failed: the reason says so.
    return main.map(
            c -> StatusWord.wentWrong(c) && !ready ? degraded(Conditions.said(c)) : healthy())
        .or(() -> all.settled() ? Optional.of(healthy()) : Optional.empty());
  }

  private static Health unmet(JsonNode condition, ConditionSummary all) {
    if (StatusWord.stopped(condition)) {
      return suspended(Conditions.said(condition));
    }
    boolean failing = Conditions.is(condition, "False") && StatusWord.failing(condition);
    if (failing && all.busy().isPresent() && !StatusWord.wentWrong(condition)) {
      failing = false;
    }
    return failing ? degraded(Conditions.said(condition)) : progressing(Conditions.said(condition));
  }

  /** Degraded when all that the status has is an error. */
  private static Optional<Health> failure(JsonNode live) {
    return FAILURES.stream()
        .map(f -> live.path("status").path(f))
        .map(f -> f.isArray() ? f.path(0) : f)
        .map(f -> f.isObject() ? f.path("message").asString("") : f.asString(""))
        .filter(text -> !text.isBlank())
        .findFirst()
        .map(Healths::degraded);
  }

  /** What Kubernetes itself writes for a Service or an Ingress, others write in the same form. */
  private static Optional<Health> addressed(JsonNode live) {
    JsonNode balancer = live.path("status").path("loadBalancer");
    return balancer.isObject()
        ? Optional.of(
            balancer.path("ingress").isEmpty()
                ? progressing("its load balancer has no address yet")
                : healthy())
        : Optional.empty();
  }

  /** What a phase or state says. */
  static Optional<Health> word(JsonNode live) {
    return StatusWord.in(live).map(f -> new Health(f.status(), Explanation.of(live)));
  }
}
