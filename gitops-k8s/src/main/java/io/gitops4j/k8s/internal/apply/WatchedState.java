package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.observe.Watched;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the documents of a target stand, from the stream of events that tells of them. */
record WatchedState(Observer observer, String namespace, String label) {
  private static final View.Rule NOTHING = (id, live, manager) -> Optional.empty();

  /** The versions of those that are there; empty where nothing is watched. */
  Optional<Map<ResourceId, String>> heads(TargetId target, OperationContext context) {
    View view = new View(target, label, "", NOTHING, HealthRules.standard());
    return observer
        .watched(StateSecret.SECRETS, namespace, view, context)
        .map(WatchedState::versions);
  }

  /** What that stream is about. */
  Watched of(TargetId target) {
    return new Watched(StateSecret.SECRETS, namespace, label + "=" + target.shortHash());
  }

  private static Map<ResourceId, String> versions(Map<ResourceId, LiveSummary> all) {
    Map<ResourceId, String> versions = new HashMap<>();
    all.forEach((id, secret) -> versions.put(id, secret.resourceVersion()));
    return versions;
  }
}
