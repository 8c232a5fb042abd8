package io.gitops4j.k8s.internal.observe;

import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whose objects of a watched kind are whose. What is to be told of a change is added to a list, for
 * later. Guarded by its {@link KindWatch}.
 */
final class Shares {
  private static final long IDLE = Duration.ofHours(1).toNanos();

  private final Map<String, Share> byHash = new HashMap<>();
  private final BiConsumer<TargetId, Optional<ResourceId>> moved;

  /** None yet. */
  Shares(BiConsumer<TargetId, Optional<ResourceId>> moved) {
    this.moved = moved;
  }

  @Nullable Share of(String hash) {
    return byHash.get(hash);
  }

  /** Instead of the one that its target had. */
  void add(Share share) {
    byHash.put(share.view().hash(), share);
  }

  boolean holds(Share share) {
    return byHash.get(share.view().hash()) == share;
  }

  /** A share that was never filled, and will not be. */
  void drop(Share share) {
    byHash.remove(share.view().hash(), share);
  }

  /**
   * Lets go of what nobody asks for, as for a target that is gone. One that is there is told, so
   * that its next pass asks again.
   *
   * @return whether anything went, and nothing is left
   */
  boolean dropIdle(long now, List<Runnable> told) {
    boolean any =
        byHash
            .values()
            .removeIf(
                share -> {
                  boolean idle = now - share.asked() >= IDLE;
                  if (idle) {
                    tell(share, Optional.empty(), told);
                  }
                  return idle;
                });
    return any && byHash.isEmpty();
  }

  /** An object that is in a share, or in none here, since a state. */
  void dropElsewhere(@Nullable Share share, ResourceId id, long at, List<Runnable> told) {
    for (Share other : byHash.values()) {
      if (other != share && other.drop(id, at)) {
        tell(other, id, told);
      }
    }
  }

  /** An object that went at a state. */
  void remove(ResourceId id, long at, List<Runnable> told) {
    for (Share share : byHash.values()) {
      if (share.remove(id, at)) {
        tell(share, id, told);
      }
    }
  }

  void tell(Share share, ResourceId id, List<Runnable> told) {
    tell(share, Optional.of(id), told);
  }

  /** Nothing is known any more: anything may have moved. */
  void clear(List<Runnable> told) {
    byHash.values().forEach(share -> tell(share, Optional.empty(), told));
    byHash.clear();
  }

  private void tell(Share share, Optional<ResourceId> id, List<Runnable> told) {
    TargetId target = share.view().target();
    told.add(() -> moved.accept(target, id));
  }
}
