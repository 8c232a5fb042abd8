package io.gitops4j.k8s;

import io.gitops4j.model.KindName;
import io.gitops4j.model.ResourceId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Kinds whose loss is a loss of data, or of much else: they are pruned only when a {@link
 * io.gitops4j.gate.PruneConfirmation} says so, and never replaced. Immutable.
 *
 * @param kinds which
 */
public record ProtectedKinds(Set<KindName> kinds) {
  /** Takes a copy. */
  public ProtectedKinds {
    kinds = Set.copyOf(kinds);
  }

  /**
   * Namespace, PersistentVolumeClaim and CustomResourceDefinition.
   *
   * @return what a destination protects that says nothing else
   */
  public static ProtectedKinds standard() {
    return none()
        .and(
            "/Namespace",
            "/PersistentVolumeClaim",
            "apiextensions.k8s.io/CustomResourceDefinition");
  }

  /**
   * Nothing, to begin a list of your own with.
   *
   * @return no kinds
   */
  public static ProtectedKinds none() {
    return new ProtectedKinds(Set.of());
  }

  /**
   * These and more.
   *
   * @param more as {@link KindName#of} reads them, such as {@code apps/StatefulSet}
   * @return the other kinds
   * @throws IllegalArgumentException when one is written wrongly
   */
  public ProtectedKinds and(String... more) {
    Set<KindName> all = new HashSet<>(kinds);
    List.of(more).forEach(kind -> all.add(KindName.of(kind)));
    return new ProtectedKinds(all);
  }

  /**
   * Whether a thing is protected.
   *
   * @param id of the thing
   * @return whether it is
   */
  public boolean contain(ResourceId id) {
    return kinds.stream().anyMatch(k -> k.names(id));
  }
}
