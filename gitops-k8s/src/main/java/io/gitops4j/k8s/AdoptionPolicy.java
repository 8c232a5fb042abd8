package io.gitops4j.k8s;

/** What happens when a desired object exists already and this target does not own it. */
public enum AdoptionPolicy {
  /**
   * It fails; only what this target created is its own. What comes by itself is nobody's: the
   * {@code default} ServiceAccount and {@code kube-root-ca.crt} of a namespace, and the namespace
   * where state is kept become the target's, with what nobody else has set in them.
   */
  MUST_MATCH,
  /** It is taken over unless another target owns it. */
  ADOPT_IF_UNOWNED,
  /**
   * As before, and an object that carries another target's label is taken over too when that target
   * does not own it: it keeps no inventory in the cluster, or one beside this target's that does
   * not name the object. An owner that lives is an error that names it.
   */
  ADOPT_ALL
}
