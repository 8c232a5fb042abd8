package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.model.ResourceId;
import java.util.Optional;

/**
 * One request that a change needs.
 *
 * @param change that it carries out, in part where it takes several requests
 * @param resource how its kind is served
 * @param desired what to apply, empty for a delete
 * @param over the live object that it is meant for, empty where there should be none
 * @param propagation what becomes of what a removed object made, where the object says so itself
 * @param takesOver whether the ownership that former tools have of our fields ends with it
 * @param unheard whether an earlier attempt may have been carried out, and nobody heard of it
 */
record Write(
    Change change,
    ApiResource resource,
    Optional<Prepared> desired,
    Optional<LiveVersion> over,
    Optional<PrunePropagation> propagation,
    boolean takesOver,
    boolean unheard) {
  /**
   * The first half of a replacement. What the object made goes with it; to wait for that first
   * would be longer.
   */
  Write removal() {
    Optional<PrunePropagation> after = Optional.of(PrunePropagation.BACKGROUND);
    return new Write(change, resource, Optional.empty(), over, after, false, false);
  }

  /** The second half of a replacement. */
  Write anew() {
    return new Write(change, resource, desired, Optional.empty(), propagation, false, false);
  }

  /** The same once more, after an attempt whose end is not known. */
  Write again() {
    return new Write(change, resource, desired, over, propagation, takesOver, true);
  }

  /** As a change of what was found where nothing should be. */
  Write onto(LiveVersion found) {
    return new Write(
        change, resource, desired, Optional.of(found), propagation, takesOver, unheard);
  }

  ResourceId id() {
    return change.id();
  }

  String path() {
    return resource.objectPath(id().namespace(), id().name());
  }
}
