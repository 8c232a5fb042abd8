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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Health of what runs containers. */
final class WorkloadHealth {
  private static final Set<String> HOPELESS =
      Set.of(
          "CrashLoopBackOff",
          "ImagePullBackOff",
          "ErrImagePull",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  private WorkloadHealth() {}

  static Health deployment(JsonNode live) {
    if (live.path("spec").path("paused").asBoolean(false)) {
      return new Health(HealthStatus.SUSPENDED, "spec.paused is true");
    }
    Optional<Health> unseen = unseen(live);
    if (unseen.isPresent()) {
      return unseen.get();
    }
    JsonNode progress = find(live, "Progressing");
    if (progress != null
        && progress.path("reason").asString("").equals("ProgressDeadlineExceeded")) {
      return degraded(said(live, "Progressing"));
    }
    if (isTrue(live, "ReplicaFailure")) {
      return degraded(said(live, "ReplicaFailure"));
    }
    JsonNode status = live.path("status");
    int wanted = live.path("spec").path("replicas").asInt(1);
    int updated = status.path("updatedReplicas").asInt(0);
    int total = status.path("replicas").asInt(0);
    int available = status.path("availableReplicas").asInt(0);
    if (updated < wanted) {
      return progressing(updated + " of " + wanted + " replicas are updated");
    }
    if (total > updated) {
      return progressing((total - updated) + " old replicas wait to end");
    }
    if (available < updated) {
      return progressing(available + " of " + updated + " updated replicas are available");
    }
    return healthy();
  }

  static Health statefulSet(JsonNode live) {
    Optional<Health> unseen = unseen(live);
    if (unseen.isPresent()) {
      return unseen.get();
    }
    JsonNode spec = live.path("spec");
    JsonNode status = live.path("status");
    int wanted = spec.path("replicas").asInt(1);
    int ready = status.path("readyReplicas").asInt(0);
    if (ready < wanted) {
      return progressing(ready + " of " + wanted + " replicas are ready");
    }
    if (spec.path("updateStrategy").path("type").asString("").equals("OnDelete")) {
      return healthy();
    }
    int partition = spec.path("updateStrategy").path("rollingUpdate").path("partition").asInt(0);
    int updated = status.path("updatedReplicas").asInt(0);
    if (partition > 0) {
      return updated < wanted - partition
          ? progressing(updated + " of " + (wanted - partition) + " replicas are updated")
          : healthy();
    }
    String next = status.path("updateRevision").asString("");
    return next.equals(status.path("currentRevision").asString(""))
        ? healthy()
        : progressing(updated + " of " + wanted + " replicas are at revision " + next);
  }

  static Health daemonSet(JsonNode live) {
    Optional<Health> unseen = unseen(live);
    if (unseen.isPresent()) {
      return unseen.get();
    }
    JsonNode status = live.path("status");
    int wanted = status.path("desiredNumberScheduled").asInt(0);
    boolean onDelete =
        live.path("spec").path("updateStrategy").path("type").asString("").equals("OnDelete");
    int updated = status.path("updatedNumberScheduled").asInt(0);
    if (!onDelete && updated < wanted) {
      return progressing(updated + " of " + wanted + " pods are updated");
    }
    int available = status.path("numberAvailable").asInt(0);
    return available < wanted
        ? progressing(available + " of " + wanted + " pods are available")
        : healthy();
  }

  static Health replicaSet(JsonNode live) {
    Optional<Health> unseen = unseen(live);
    if (unseen.isPresent()) {
      return unseen.get();
    }
    if (isTrue(live, "ReplicaFailure")) {
      return degraded(said(live, "ReplicaFailure"));
    }
    int wanted = live.path("spec").path("replicas").asInt(1);
    int available = live.path("status").path("availableReplicas").asInt(0);
    return available < wanted
        ? progressing(available + " of " + wanted + " replicas are available")
        : healthy();
  }

  static Health pod(JsonNode live) {
    JsonNode status = live.path("status");
    boolean ends = !live.path("spec").path("restartPolicy").asString("Always").equals("Always");
    for (String list : List.of("initContainerStatuses", "containerStatuses")) {
      for (JsonNode container : status.path(list)) {
        String waits = container.path("state").path("waiting").path("reason").asString("");
        // What runs to its end is tried again on purpose.
        if (HOPELESS.contains(waits) && !(ends && waits.equals("CrashLoopBackOff"))) {
          return degraded(PodTrouble.of(live));
        }
      }
    }
    return switch (status.path("phase").asString("")) {
      case "Succeeded" -> healthy();
      case "Failed" -> degraded(PodTrouble.of(live));
      case "Running" -> running(live, ends);
      case "Pending" -> progressing(pending(live));
      default -> progressing("no node has taken it yet");
    };
  }

  private static Health running(JsonNode live, boolean ends) {
    if (ends) {
      return progressing("it runs, and is done when it has ended");
    }
    if (isTrue(live, "Ready")) {
      return healthy();
    }
    String trouble = PodTrouble.of(live);
    return trouble.isEmpty() ? progressing("its containers are not ready") : degraded(trouble);
  }

  private static String pending(JsonNode live) {
    return isFalse(live, "PodScheduled")
        ? said(live, "PodScheduled")
        : "its containers are not started";
  }

  static Health job(JsonNode live) {
    if (isTrue(live, "Failed")) {
      return degraded(said(live, "Failed"));
    }
    if (isTrue(live, "Complete")) {
      return healthy();
    }
    if (isTrue(live, "Suspended") || live.path("spec").path("suspend").asBoolean(false)) {
      return new Health(HealthStatus.SUSPENDED, "spec.suspend is true");
    }
    JsonNode status = live.path("status");
    return progressing(
        "%d active, %d succeeded, %d failed"
            .formatted(
                status.path("active").asInt(0),
                status.path("succeeded").asInt(0),
                status.path("failed").asInt(0)));
  }

  static Health cronJob(JsonNode live) {
    if (live.path("spec").path("suspend").asBoolean(false)) {
      return new Health(HealthStatus.SUSPENDED, "spec.suspend is true");
    }
    JsonNode status = live.path("status");
    String succeeded = status.path("lastSuccessfulTime").asString("");
    String scheduled = status.path("lastScheduleTime").asString("");
    // One that never succeeded may simply run for the first time.
    boolean failed = !succeeded.isEmpty() && succeeded.compareTo(scheduled) < 0;
    return failed && status.path("active").isEmpty()
        ? degraded("its job of " + scheduled + " did not succeed")
        : healthy();
  }

  /** A workload that no controller has looked at has no observedGeneration at all. */
  private static Optional<Health> unseen(JsonNode live) {
    if (!live.path("status").path("observedGeneration").isNumber()) {
      return Optional.of(progressing("its controller has not looked at it yet"));
    }
    return Healths.unseen(live);
  }
}
