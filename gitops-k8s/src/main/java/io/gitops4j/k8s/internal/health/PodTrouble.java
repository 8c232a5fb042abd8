package io.gitops4j.k8s.internal.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Says what is wrong with a pod: what its containers wait for, and how they ended. Pure. */
public final class PodTrouble {
  /** What every container waits for at first. */
  private static final Set<String> STARTING = Set.of("", "ContainerCreating", "PodInitializing");

  private PodTrouble() {}

  /** In one line; empty when nothing is wrong. */
  public static String of(JsonNode pod) {
    JsonNode status = pod.path("status");
    List<String> found = new ArrayList<>();
    for (String list : List.of("initContainerStatuses", "containerStatuses")) {
      for (JsonNode container : status.path(list)) {
        String trouble = container(container);
        if (!trouble.isEmpty()) {
          found.add(trouble);
        }
      }
    }
    if (found.isEmpty() && Conditions.isFalse(pod, "PodScheduled")) {
      found.add(Conditions.said(pod, "PodScheduled"));
    }
    if (found.isEmpty() && status.path("phase").asString("").equals("Failed")) {
      found.add(status.path("message").asString(status.path("reason").asString("the pod failed")));
    }
    return String.join("; ", found);
  }

  /** What is wrong with one container, empty when nothing is. */
  static String container(JsonNode container) {
    JsonNode waiting = container.path("state").path("waiting");
    List<String> parts = new ArrayList<>();
    if (!STARTING.contains(waiting.path("reason").asString(""))) {
      parts.add("waits: " + text(waiting.path("reason").asString(""), waiting.path("message")));
    }
    JsonNode ended = container.path("state").path("terminated");
    if (ended.path("exitCode").asInt(0) != 0) {
      parts.add("ended with " + ended(ended));
    } else if (!parts.isEmpty() || !container.path("ready").asBoolean(true)) {
      JsonNode before = container.path("lastState").path("terminated");
      if (before.path("exitCode").asInt(0) != 0) {
        parts.add("ended before with " + ended(before));
      }
    }
    return parts.isEmpty()
        ? ""
        : "container " + container.path("name").asString("?") + " " + String.join(", ", parts);
  }

  private static String ended(JsonNode terminated) {
    return text(
        "code "
            + terminated.path("exitCode").asInt(0)
            + " "
            + terminated.path("reason").asString(""),
        terminated.path("message"));
  }

  private static String text(String first, JsonNode message) {
    String more = message.asString("").strip();
    return more.isEmpty() ? first.strip() : first.strip() + " (" + more + ")";
  }
}
