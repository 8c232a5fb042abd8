package io.gitops4j.k8s;

/** What becomes of the objects that a pruned object made, as Kubernetes names it. */
public enum PrunePropagation {
  /** They are removed after it. */
  BACKGROUND,
  /** They are removed before it. */
  FOREGROUND,
  /** They stay. */
  ORPHAN
}
