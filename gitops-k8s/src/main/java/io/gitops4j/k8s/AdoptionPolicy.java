package io.gitops4j.k8s;

/** What happens when a desired object exists already and this target does not own it. */
public enum AdoptionPolicy {
  /** It fails; only what this target created is its own. */
  MUST_MATCH,
  /** It is taken over unless another target owns it. */
  ADOPT_IF_UNOWNED
}
