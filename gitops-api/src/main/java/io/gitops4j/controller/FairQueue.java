package io.gitops4j.controller;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who is next: tenants in turn, the targets of each in the order they came. Not thread-safe.
 *
 * @param <T> what waits
 */
final class FairQueue<T> {
  /** In the order of turns: who was served goes to the end. */
  private final Map<String, Deque<T>> byTenant = new LinkedHashMap<>();

  /** Puts at the end of a tenant's line. */
  void add(String tenant, T item) {
    byTenant.computeIfAbsent(tenant, t -> new ArrayDeque<>()).addLast(item);
  }

  /** Takes out of a tenant's line. */
  void remove(String tenant, T item) {
    Deque<T> line = byTenant.get(tenant);
    if (line != null && line.remove(item) && line.isEmpty()) {
      byTenant.remove(tenant);
    }
  }

  /** The next of the first tenant that may have one. */
  Optional<T> next(Predicate<String> may) {
    for (Map.Entry<String, Deque<T>> entry : byTenant.entrySet()) {
      String tenant = entry.getKey();
      if (may.test(tenant)) {
        Deque<T> line = byTenant.remove(tenant);
        T item = line.removeFirst();
        if (!line.isEmpty()) {
          byTenant.put(tenant, line);
        }
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }
}
