package io.gitops4j.k8s.internal.observe;

import io.gitops4j.model.ResourceId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One target's objects of a watched kind. Guarded by its {@link KindWatch}. */
final class Share {
  private final View view;
  private final Map<ResourceId, LiveSummary> objects = new HashMap<>();
  private final Set<ResourceId> goneMeanwhile = new HashSet<>();
  private boolean filled;
  private long asked;

  /**
   * Holds nothing yet.
   *
   * @param asked when it is asked for, in nanoseconds
   */
  Share(View view, long asked) {
    this.view = view;
    this.asked = asked;
  }

  /** Whether it is what a view wants to know, which asks for it now. */
  boolean serves(View wanted, long now) {
    boolean same = filled && view.equals(wanted);
    if (same) {
      asked = now;
    }
    return same;
  }

  /** When it was asked for last. */
  long asked() {
    return asked;
  }

  View view() {
    return view;
  }

  /** Whether a list filled it that the stream goes on from. */
  void filled(boolean whole) {
    filled = whole;
  }

  Map<ResourceId, LiveSummary> copy() {
    return new HashMap<>(objects);
  }

  @Nullable LiveSummary get(ResourceId id) {
    return objects.get(id);
  }

  /** Events that came since the list was asked for are newer than the list. */
  void take(Lists.Listing<LiveSummary> listing) {
    listing
        .objects()
        .forEach(
            (id, listed) -> {
              LiveSummary told = objects.get(id);
              if ((told == null || told.number() <= listed.number())
                  && !goneMeanwhile.contains(id)) {
                objects.put(id, listed);
              }
            });
    goneMeanwhile.clear();
  }

  void put(ResourceId id, LiveSummary now) {
    goneMeanwhile.remove(id);
    objects.put(id, now);
  }

  /** An object that is another target's since a state; whether what was here is not newer. */
  boolean drop(ResourceId id, long at) {
    LiveSummary before = objects.get(id);
    return before != null && before.number() <= at && objects.remove(id) != null;
  }

  /** An object that went at a state; whether what was here is not newer. */
  boolean remove(ResourceId id, long at) {
    if (!filled) {
      goneMeanwhile.add(id);
    }
    return drop(id, at);
  }
}
