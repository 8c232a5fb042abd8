package io.gitops4j.inventory;

import io.gitops4j.model.ResourceId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a target owns, as stored at one moment. Immutable.
 *
 * @param entries by identity
 * @param version what the store calls this state, for optimistic saving; empty when nothing was
 *     stored yet
 * @param records what else the provider keeps of the target, by names of its own; mostly nothing,
 *     so that nobody has to ask for it
 */
public record Inventory(
    SortedMap<ResourceId, InventoryEntry> entries, Optional<String> version, Set<String> records) {
  /** Copies the entries. */
  public Inventory {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    Objects.requireNonNull(version, "version");
    records = Set.copyOf(records);
  }

  /**
   * An inventory beside which nothing is kept.
   *
   * @param entries by identity
   * @param version what the store calls this state
   */
  public Inventory(SortedMap<ResourceId, InventoryEntry> entries, Optional<String> version) {
    this(entries, version, Set.of());
  }

  /**
   * Nothing owned, nothing stored.
   *
   * @return the empty inventory
   */
  public static Inventory empty() {
    return new Inventory(new TreeMap<>(), Optional.empty());
  }

  /**
   * The entry of a thing.
   *
   * @param id its identity
   * @return the entry, empty when it is not owned
   */
  public Optional<InventoryEntry> find(ResourceId id) {
    return Optional.ofNullable(entries.get(id));
  }

  /**
   * The same stored state with other entries.
   *
   * @param replacement all entries of the new inventory
   * @return an inventory of the same version
   */
  public Inventory withEntries(Collection<InventoryEntry> replacement) {
    SortedMap<ResourceId, InventoryEntry> next = new TreeMap<>();
    replacement.forEach(e -> next.put(e.id(), e));
    return new Inventory(next, version, records);
  }

  /**
   * The same, with other records beside it.
   *
   * @param names all of them
   * @return an inventory of the same version
   */
  public Inventory withRecords(Set<String> names) {
    return new Inventory(entries, version, names);
  }

  /**
   * The union with planned entries: what is known of a thing stays, what is new is added.
   *
   * @param planned entries about to be created
   * @return an inventory of the same version that holds both
   */
  public Inventory union(Collection<InventoryEntry> planned) {
    Map<ResourceId, InventoryEntry> next = new TreeMap<>(entries);
    planned.forEach(e -> next.putIfAbsent(e.id(), e));
    return withEntries(next.values());
  }
}
