package io.gitops4j.k8s.internal.order;

import io.gitops4j.k8s.internal.order.Hook.DeletePolicy;
import io.gitops4j.k8s.internal.order.Hook.Occasion;
import io.gitops4j.k8s.internal.order.Hook.Point;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Hooks by the annotations of Argo CD, and of Helm as Argo CD maps them. */
final class HookReader {
  static final String ARGO = "argocd.argoproj.io/hook";
  static final String HELM = "helm.sh/hook";
  private static final String ARGO_POLICY = "argocd.argoproj.io/hook-delete-policy";
  private static final String HELM_POLICY = "helm.sh/hook-delete-policy";
  private static final Map<String, Phase> ARGO_PHASES =
      Map.of(
          "PreSync",
          Phase.PRE_SYNC,
          "Sync",
          Phase.SYNC,
          "PostSync",
          Phase.POST_SYNC,
          "SyncFail",
          Phase.SYNC_FAIL,
          "PreDelete",
          Phase.PRE_DELETE,
          "PostDelete",
          Phase.POST_DELETE);
  private static final Map<String, Point> HELM_POINTS =
      Map.of(
          "pre-install",
          new Point(Phase.PRE_SYNC, Occasion.INSTALL),
          "pre-upgrade",
          new Point(Phase.PRE_SYNC, Occasion.UPGRADE),
          "post-install",
          new Point(Phase.POST_SYNC, Occasion.INSTALL),
          "post-upgrade",
          new Point(Phase.POST_SYNC, Occasion.UPGRADE),
          "pre-delete",
          new Point(Phase.PRE_DELETE, Occasion.ANY),
          "post-delete",
          new Point(Phase.POST_DELETE, Occasion.ANY));

  /** Helm knows them, a sync has no place for them. */
  static final Set<String> HELM_ELSEWHERE =
      Set.of("pre-rollback", "post-rollback", "test", "test-success", "test-failure");

  private static final Map<String, DeletePolicy> POLICIES =
      Map.of(
          "BeforeHookCreation",
          DeletePolicy.BEFORE_CREATION,
          "before-hook-creation",
          DeletePolicy.BEFORE_CREATION,
          "HookSucceeded",
          DeletePolicy.SUCCEEDED,
          "hook-succeeded",
          DeletePolicy.SUCCEEDED,
          "HookFailed",
          DeletePolicy.FAILED,
          "hook-failed",
          DeletePolicy.FAILED);

  private final JsonNode annotations;
  private final List<String> problems;

  HookReader(JsonNode annotations, List<String> problems) {
    this.annotations = annotations;
    this.problems = problems;
  }

  /** Why the object is not applied at all, empty when it is. */
  String omitted() {
    if (values(ARGO).equals(List.of("Skip"))) {
      return ARGO + ": Skip";
    }
    boolean helm = !annotations.has(ARGO) && !values(HELM).isEmpty();
    return helm && values(HELM).stream().allMatch(HELM_ELSEWHERE::contains)
        ? HELM + ": " + annotations.path(HELM).asString("")
        : "";
  }

  Optional<Hook> hook() {
    Set<Point> points = annotations.has(ARGO) ? argo() : helm();
    return points.isEmpty() ? Optional.empty() : Optional.of(new Hook(points, policies()));
  }

  private Set<Point> argo() {
    Set<Point> points = new HashSet<>();
    List<String> values = new ArrayList<>(values(ARGO));
    values.remove("Skip");
    for (String value : values) {
      Phase phase = ARGO_PHASES.get(value);
      if (phase == null) {
        problems.add(ARGO + ": '" + value + "' is none of " + sorted(ARGO_PHASES.keySet()));
      } else {
        points.add(new Point(phase, Occasion.ANY));
      }
    }
    return points;
  }

  private Set<Point> helm() {
    Set<Point> points = new HashSet<>();
    for (String value : values(HELM)) {
      Point point = HELM_POINTS.get(value);
      if (point != null) {
        points.add(point);
      } else if (!value.equals("crd-install") && !HELM_ELSEWHERE.contains(value)) {
        problems.add(HELM + ": '" + value + "' is none of " + sorted(HELM_POINTS.keySet()));
      }
    }
    return points;
  }

  private Set<DeletePolicy> policies() {
    Set<DeletePolicy> policies = EnumSet.noneOf(DeletePolicy.class);
    for (String annotation : List.of(ARGO_POLICY, HELM_POLICY)) {
      for (String value : values(annotation)) {
        DeletePolicy policy = POLICIES.get(value);
        if (policy == null) {
          problems.add(annotation + ": '" + value + "' is none of " + sorted(POLICIES.keySet()));
        } else {
          policies.add(policy);
        }
      }
    }
    return policies.isEmpty() ? Set.of(DeletePolicy.BEFORE_CREATION) : policies;
  }

  private List<String> values(String annotation) {
    List<String> values = new ArrayList<>();
    for (String value : annotations.path(annotation).asString("").split(",")) {
      if (!value.isBlank()) {
        values.add(value.strip());
      }
    }
    return values;
  }

  private static List<String> sorted(Set<String> words) {
    return words.stream().sorted().toList();
  }
}
