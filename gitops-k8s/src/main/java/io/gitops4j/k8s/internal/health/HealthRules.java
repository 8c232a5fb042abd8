package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How well a live object is: a rule of its own for the kinds people deploy most, the conventions of
 * the Kubernetes API for every other. Pure.
 */
public final class HealthRules {
  private static final Health HEALTHY = Health.of(HealthStatus.HEALTHY);

  private HealthRules() {}

  /** The health of a live object. */
  public static Health assess(JsonNode live) {
    if (live.path("metadata").has("deletionTimestamp")) {
      return progressing(Terminating.told(live));
    }
    String apiVersion = live.path("apiVersion").asString("");
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String kind = live.path("kind").asString("");
    return switch (group + "/" + kind) {
      case "apps/Deployment" -> WorkloadHealth.deployment(live);
      case "apps/StatefulSet" -> WorkloadHealth.statefulSet(live);
      case "apps/DaemonSet" -> WorkloadHealth.daemonSet(live);
      case "apps/ReplicaSet" -> WorkloadHealth.replicaSet(live);
      case "/Pod" -> WorkloadHealth.pod(live);
      case "batch/Job" -> WorkloadHealth.job(live);
      case "batch/CronJob" ->
          live.path("spec").path("suspend").asBoolean(false)
              ? new Health(HealthStatus.SUSPENDED, "spec.suspend is true")
              : healthy();
      case "/Service" -> ClusterHealth.service(live);
      case "networking.k8s.io/Ingress", "extensions/Ingress" -> ClusterHealth.ingress(live);
      case "/PersistentVolumeClaim" -> ClusterHealth.claim(live);
      case "autoscaling/HorizontalPodAutoscaler" -> ClusterHealth.autoscaler(live);
      case "apiextensions.k8s.io/CustomResourceDefinition" -> ClusterHealth.definition(live);
      case "apiregistration.k8s.io/APIService" -> ClusterHealth.apiService(live);
      case "/Namespace" -> ClusterHealth.namespace(live);
      default -> generic(live, builtIn(group));
    };
  }

  /** The API groups that a plain API server serves itself. */
  private static boolean builtIn(String group) {
    return !group.contains(".")
        || group.endsWith(".k8s.io")
            && List.of(
                    "rbac.authorization.k8s.io",
                    "networking.k8s.io",
                    "storage.k8s.io",
                    "scheduling.k8s.io",
                    "node.k8s.io",
                    "admissionregistration.k8s.io",
                    "coordination.k8s.io",
                    "discovery.k8s.io",
                    "events.k8s.io",
                    "flowcontrol.apiserver.k8s.io",
                    "authentication.k8s.io",
                    "authorization.k8s.io",
                    "certificates.k8s.io",
                    "resource.k8s.io")
                .contains(group);
  }

  private static Health generic(JsonNode live, boolean builtIn) {
    Optional<Health> unseen = unseen(live);
    if (unseen.isPresent()) {
      return unseen.get();
    }
    if (isTrue(live, "Stalled")) {
      return new Health(HealthStatus.DEGRADED, said(live, "Stalled"));
    }
    if (isTrue(live, "Failed")) {
      return new Health(HealthStatus.DEGRADED, said(live, "Failed"));
    }
    if (isTrue(live, "Reconciling")) {
      return progressing(said(live, "Reconciling"));
    }
    JsonNode ready = condition(live, "Ready");
    if (ready != null) {
      return ready.path("status").asString("").equals("True")
          ? healthy()
          : progressing(said(live, "Ready"));
    }
    return builtIn
        ? healthy()
        : new Health(
            HealthStatus.UNKNOWN, "its status has no condition that says whether it is ready");
  }

  /** Progressing when the controller has not seen the newest spec. */
  static Optional<Health> unseen(JsonNode live) {
    JsonNode seen = live.path("status").path("observedGeneration");
    long generation = live.path("metadata").path("generation").asLong(0);
    if (seen.isNumber() && seen.asLong(0) < generation) {
      return Optional.of(
          progressing(
              "its controller has seen generation "
                  + seen.asLong(0)
                  + " and not yet "
                  + generation));
    }
    return Optional.empty();
  }

  static @Nullable JsonNode condition(JsonNode live, String type) {
    for (JsonNode condition : live.path("status").path("conditions")) {
      if (condition.path("type").asString("").equals(type)) {
        return condition;
      }
    }
    return null;
  }

  static boolean isTrue(JsonNode live, String type) {
    JsonNode condition = condition(live, type);
    return condition != null && condition.path("status").asString("").equals("True");
  }

  static boolean isFalse(JsonNode live, String type) {
    JsonNode condition = condition(live, type);
    return condition != null && condition.path("status").asString("").equals("False");
  }

  /** Reason and message of a condition, in one line. */
  static String said(JsonNode live, String type) {
    JsonNode condition = condition(live, type);
    if (condition == null) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    for (String key : List.of("reason", "message")) {
      String text = condition.path(key).asString("");
      if (!text.isEmpty()) {
        parts.add(text);
      }
    }
    return parts.isEmpty()
        ? type + " is " + condition.path("status").asString("Unknown")
        : String.join(": ", parts);
  }

  static Health healthy() {
    return HEALTHY;
  }

  static Health progressing(String message) {
    return new Health(HealthStatus.PROGRESSING, message);
  }

  static Health degraded(String message) {
    return new Health(HealthStatus.DEGRADED, message);
  }
}
