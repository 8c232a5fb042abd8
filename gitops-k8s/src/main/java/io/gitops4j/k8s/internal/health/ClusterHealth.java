package io.gitops4j.k8s.internal.health;

import static io.gitops4j.k8s.internal.health.Conditions.find;
import static io.gitops4j.k8s.internal.health.Conditions.isFalse;
import static io.gitops4j.k8s.internal.health.Conditions.isTrue;
import static io.gitops4j.k8s.internal.health.Conditions.said;
import static io.gitops4j.k8s.internal.health.Healths.degraded;
import static io.gitops4j.k8s.internal.health.Healths.healthy;
import static io.gitops4j.k8s.internal.health.Healths.progressing;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Health of what workloads are reached by, store in, and are defined by. */
final class ClusterHealth {
  private static final Set<String> SCALING_FAILURES =
      Set.of(
          "FailedGetScale",
          "FailedUpdateScale",
          "FailedGetResourceMetric",
          "FailedGetContainerResourceMetric",
          "FailedGetExternalMetric",
          "FailedGetObjectMetric",
          "FailedGetPodsMetric",
          "FailedComputeMetricsReplicas",
          "InvalidSelector",
          "InvalidMetricSourceType");

  private static final List<String> PRESSURES =
      List.of("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable");

  private ClusterHealth() {}

  static Health service(JsonNode live) {
    if (!live.path("spec").path("type").asString("").equals("LoadBalancer")) {
      return healthy();
    }
    return hasAddress(live) ? healthy() : progressing("waits for its load balancer's address");
  }

  static Health ingress(JsonNode live) {
    return hasAddress(live) ? healthy() : progressing("waits for its load balancer's address");
  }

  private static boolean hasAddress(JsonNode live) {
    return !live.path("status").path("loadBalancer").path("ingress").isEmpty();
  }

  static Health claim(JsonNode live) {
    String phase = live.path("status").path("phase").asString("");
    return switch (phase) {
      case "Bound" -> healthy();
      case "Lost" -> degraded("its volume is lost");
      default -> progressing("waits for a volume");
    };
  }

  static Health autoscaler(JsonNode live) {
    boolean looked = false;
    for (JsonNode condition : scalingConditions(live)) {
      if (Conditions.is(condition, "False")
          && SCALING_FAILURES.contains(condition.path("reason").asString(""))) {
        return degraded(Conditions.said(condition));
      }
      looked |=
          Conditions.is(condition, "True")
              && Set.of("AbleToScale", "ScalingLimited").contains(Conditions.type(condition));
    }
    if (looked) {
      return healthy();
    }
    return progressing("waits for its first look at the metrics");
  }

  /** In autoscaling/v1 they are in an annotation. */
  private static Iterable<JsonNode> scalingConditions(JsonNode live) {
    String noted =
        live.path("metadata")
            .path("annotations")
            .path("autoscaling.alpha.kubernetes.io/conditions")
            .asString("");
    if (live.path("status").has("conditions") || noted.isEmpty()) {
      return Conditions.of(live);
    }
    try {
      return KubeHttp.JSON.readTree(noted);
    } catch (JacksonException e) {
      return List.of(); // anybody may write an annotation
    }
  }

  static Health definition(JsonNode live) {
    if (isFalse(live, "NamesAccepted")) {
      return degraded(said(live, "NamesAccepted"));
    }
    if (isTrue(live, "NonStructuralSchema")) {
      return degraded(said(live, "NonStructuralSchema"));
    }
    if (isTrue(live, "Established")) {
      return healthy();
    }
    // While it is being installed the server says so; no other reason goes away by itself.
    JsonNode established = find(live, "Established");
    return established == null || established.path("reason").asString("").equals("Installing")
        ? progressing("is not established yet")
        : degraded(said(live, "Established"));
  }

  static Health apiService(JsonNode live) {
    if (isTrue(live, "Available")) {
      return healthy();
    }
    String said = said(live, "Available");
    return progressing(said.isEmpty() ? "waits for its server" : said);
  }

  static Health node(JsonNode live) {
    if (!isTrue(live, "Ready")) {
      String said = said(live, "Ready");
      return said.isEmpty() ? progressing("its kubelet has not reported yet") : degraded(said);
    }
    for (String pressed : PRESSURES) {
      if (isTrue(live, pressed)) {
        return degraded(said(live, pressed));
      }
    }
    return live.path("spec").path("unschedulable").asBoolean(false)
        ? new Health(HealthStatus.SUSPENDED, "spec.unschedulable is true")
        : healthy();
  }

  static Health namespace(JsonNode live) {
    return live.path("status").path("phase").asString("Active").equals("Terminating")
        ? new Health(HealthStatus.PROGRESSING, "is being deleted")
        : healthy();
  }

  static Health disruptionBudget(JsonNode live) {
    for (JsonNode condition : Conditions.of(live)) {
      // Too few pods is what a budget is there to notice.
      if (Conditions.is(condition, "False")
          && !condition.path("reason").asString("").equals("InsufficientPods")) {
        return degraded(Conditions.said(condition));
      }
    }
    return live.path("status").path("conditions").isEmpty()
        ? progressing("its pods are not counted yet")
        : healthy();
  }
}
