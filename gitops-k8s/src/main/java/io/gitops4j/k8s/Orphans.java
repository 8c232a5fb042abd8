package io.gitops4j.k8s;

import io.gitops4j.model.ResourceId;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What lives beside a target's objects and belongs to nobody. Immutable.
 *
 * @param objects that no target and no other object owns
 * @param unseen the kinds that could not be listed, each with the reason: of these nothing is known
 */
public record Orphans(SortedSet<ResourceId> objects, List<String> unseen) {
  /** Copies both. */
  public Orphans {
    objects = Collections.unmodifiableSortedSet(new TreeSet<>(objects));
    unseen = List.copyOf(unseen);
  }
}
