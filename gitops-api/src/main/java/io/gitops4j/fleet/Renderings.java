package io.gitops4j.fleet;

import io.gitops4j.error.Stage;
import io.gitops4j.internal.thread.Turn;
import io.gitops4j.model.Digest;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one renderer made, for all clusters that have it: the first that needs a revision renders,
 * the others wait for it. Thread-safe.
 */
final class Renderings<D extends Desired> {
  /** The newest revision, and the one that later waves stay at. */
  private static final int KEPT = 2;

  private final Renderer<D> renderer;
  private final Turn turn = new Turn();
  private final Map<Key, D> made = new LinkedHashMap<>();

  private record Key(Digest revision, Optional<Digest> inputs) {}

  Renderings(Renderer<D> renderer) {
    this.renderer = renderer;
  }

  /** As one cluster sees it. */
  Renderer<D> forCluster() {
    return new ClusterRenderer();
  }

  private D get(Key key, Snapshot snapshot, OperationContext context) {
    turn.take("another cluster's rendering of the same", Stage.RENDER, context);
    try {
      @Nullable D known = made.remove(key);
      D desired = known == null ? renderer.render(snapshot, context) : known;
      made.put(key, desired);
      if (made.size() > KEPT) {
        made.remove(made.keySet().iterator().next());
      }
      return desired;
    } finally {
      turn.end();
    }
  }

  /** Used by one pass at a time, as every reconciler's renderer is. */
  private final class ClusterRenderer implements Renderer<D> {
    private Optional<Digest> inputs = Optional.empty();

    @Override
    public Class<D> desiredType() {
      return renderer.desiredType();
    }

    @Override
    public Optional<Digest> inputs(OperationContext context) {
      inputs = renderer.inputs(context);
      return inputs;
    }

    @Override
    public D render(Snapshot snapshot, OperationContext context) {
      return get(new Key(snapshot.revision().digest(), inputs), snapshot, context);
    }
  }
}
