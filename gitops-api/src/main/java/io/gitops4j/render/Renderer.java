package io.gitops4j.render;

import io.gitops4j.error.InventoryException;
import io.gitops4j.error.RenderException;
import io.gitops4j.model.Digest;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import java.util.Optional;

/**
 * Turns a snapshot into the desired state. All or nothing: a part that fails fails the whole.
 * Thread-safe: targets may share one, and render at the same time.
 *
 * @param <D> what it makes
 */
public interface Renderer<D extends Desired> {
  /**
   * What it makes, for wiring by name.
   *
   * @return the type
   */
  Class<D> desiredType();

  /**
   * Renders.
   *
   * @param snapshot the tree to read; not closed
   * @param context of the pass
   * @return the whole desired state
   * @throws RenderException when the input is wrong; it names file, document and line
   * @throws InventoryException when what another target gives cannot be read
   */
  D render(Snapshot snapshot, OperationContext context);

  /**
   * What besides the snapshot the desired state is made of: outputs of another target, a file. When
   * it changed, an unchanged revision is rendered again.
   *
   * @param context of the pass
   * @return the digest of all that; empty when there is nothing
   * @throws RenderException when it cannot be had
   * @throws InventoryException when what another target gives cannot be read
   */
  default Optional<Digest> inputs(OperationContext context) {
    return Optional.empty();
  }
}
