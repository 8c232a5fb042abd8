package io.gitops4j.k8s.internal.health;

import static io.gitops4j.k8s.internal.health.Healths.healthy;

import io.gitops4j.health.Health;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The kinds that a plain API server serves. */
public final class BuiltInKinds {
  private static final Set<String> DOTTED_GROUPS =
      Set.of(
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
          "resource.k8s.io");

  private BuiltInKinds() {}

  /** The health of an object of these kinds, empty for all others. */
  static Optional<Health> assess(String group, String kind, JsonNode live) {
    @Nullable Health health =
        switch (group + "/" + kind) {
          case "apps/Deployment" -> WorkloadHealth.deployment(live);
          case "apps/StatefulSet" -> WorkloadHealth.statefulSet(live);
          case "apps/DaemonSet" -> WorkloadHealth.daemonSet(live);
          case "apps/ReplicaSet" -> WorkloadHealth.replicaSet(live);
          case "/Pod" -> WorkloadHealth.pod(live);
          case "batch/Job" -> WorkloadHealth.job(live);
          case "batch/CronJob" -> WorkloadHealth.cronJob(live);
          case "/Service" -> ClusterHealth.service(live);
          case "networking.k8s.io/Ingress", "extensions/Ingress" -> ClusterHealth.ingress(live);
          case "/PersistentVolumeClaim" -> ClusterHealth.claim(live);
          case "autoscaling/HorizontalPodAutoscaler" -> ClusterHealth.autoscaler(live);
          case "policy/PodDisruptionBudget" -> ClusterHealth.disruptionBudget(live);
          case "apiextensions.k8s.io/CustomResourceDefinition" -> ClusterHealth.definition(live);
          case "apiregistration.k8s.io/APIService" -> ClusterHealth.apiService(live);
          case "/Node" -> ClusterHealth.node(live);
          case "/Namespace" -> ClusterHealth.namespace(live);
          default -> null;
        };
    if (health != null || !served(group)) {
      return Optional.ofNullable(health);
    }
    // What says nothing, such as a ConfigMap, has nothing to become.
    return Healths.unseen(live)
        .or(() -> GenericHealth.conditions(live))
        .or(() -> Optional.of(healthy()));
  }

  /** Whether a group is one of those that a plain API server serves. */
  public static boolean served(String group) {
    return !group.contains(".") || DOTTED_GROUPS.contains(group);
  }
}
