package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.observe.Watched;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Where the documents of a target stand, from the stream of events that tells of them, or from the
 * list that it begins at. Thread-safe.
 */
final class WatchedState {
  private static final View.Rule NOTHING = (id, live, manager) -> Optional.empty();

  private final Observer observer;
  private final String namespace;
  private final String label;
  private final Map<TargetId, Ahead> ahead = new ConcurrentHashMap<>();

  WatchedState(Observer observer, String namespace, String label) {
    this.observer = observer;
    this.namespace = namespace;
    this.label = label;
  }

  /**
   * What was found.
   *
   * @param heads those that are there
   * @param listed the Secrets, by name, where the server had to be asked
   */
  record Look(Map<ResourceId, LiveSummary> heads, Map<String, JsonNode> listed) {
    /** The version of a document, empty when it is not there. */
    Optional<String> version(ResourceId document) {
      return Optional.ofNullable(heads.get(document)).map(LiveSummary::resourceVersion);
    }
  }

  private record Ahead(String operation, Look look) {}

  /** For the document that a pass reads first; empty where nothing is watched. */
  Optional<Look> first(TargetId target, OperationContext context) {
    ahead.remove(target); // of a pass that did not get to what it reads next
    Optional<Look> look = look(target, context);
    look.filter(l -> !l.listed().isEmpty())
        .ifPresent(l -> ahead.put(target, new Ahead(context.operationId(), l)));
    return look;
  }

  /**
   * For the document that a pass reads next: what was listed for the first holds once more, so that
   * the first pass of a process lists once.
   */
  Optional<Look> next(TargetId target, OperationContext context) {
    Ahead known = ahead.remove(target);
    return known != null && known.operation().equals(context.operationId())
        ? Optional.of(known.look())
        : look(target, context);
  }

  private Optional<Look> look(TargetId target, OperationContext context) {
    Map<String, JsonNode> listed = new ConcurrentHashMap<>();
    return observer
        .watched(
            StateSecret.SECRETS,
            namespace,
            view(target),
            s -> listed.put(s.path("metadata").path("name").asString(""), s),
            context)
        .map(heads -> new Look(heads, listed));
  }

  /** What was stored here is known before the stream tells of it. */
  void wrote(TargetId target, ResourceId document, JsonNode head) {
    observer.wrote(document, StateSecret.SECRETS, view(target), head);
  }

  /** What that stream is about. */
  Watched of(TargetId target) {
    return new Watched(StateSecret.SECRETS, namespace, label + "=" + target.shortHash());
  }

  private View view(TargetId target) {
    return new View(target, label, "", NOTHING, HealthRules.standard());
  }
}
