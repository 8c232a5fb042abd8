package io.gitops4j.reconcile;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the source to the desired state, and what of that is still known. One pass at a time. */
final class Rendering<D extends Desired> {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final SourceProvider source;
  private final Renderer<D> renderer;
  private final Retries retries;

  /** What the last pass rendered: valid while the source and the inputs stand still. */
  private @Nullable D rendered;

  private Optional<Digest> inputs = Optional.empty();

  Rendering(SourceProvider source, Renderer<D> renderer, Retries retries) {
    this.source = source;
    this.renderer = renderer;
    this.retries = retries;
  }

  /** Asks the source, and renders when something moved that the desired state is made of. */
  D desired(OperationContext context, PassEvents events, Runnable onNew) {
    context.checkActive(Stage.SOURCE);
    Optional<Digest> now = renderer.inputs(context);
    D known = now.equals(inputs) ? rendered : null;
    Optional<Revision> before = Optional.ofNullable(rendered).map(Desired::revision);
    Optional<Revision> lastSeen = Optional.ofNullable(known).map(Desired::revision);
    FetchResult result = retries.call(context, () -> source.fetch(lastSeen, context));
    boolean isNew = before.filter(result.revision()::sameState).isEmpty();
    events.fetched(result.revision(), isNew);
    if (isNew) {
      onNew.run();
    }
    if (result instanceof FetchResult.Fetched fetched) {
      rendered = null;
      try (Snapshot snapshot = fetched.snapshot()) {
        context.checkActive(Stage.RENDER);
        known = renderer.render(snapshot, context);
      }
      rendered = known;
      inputs = now;
      events.rendered(known);
    }
    if (known == null) {
      throw new IllegalStateException(
          source.getClass().getName() + " answered Unchanged though nothing was seen before");
    }
    return known;
  }

  /** Whether the source stands elsewhere; empty also when it cannot say. */
  Optional<Revision> newer(Revision than, OperationContext context) {
    try {
      FetchResult result = source.fetch(Optional.of(than), context);
      if (result instanceof FetchResult.Fetched fetched) {
        fetched.snapshot().close();
      }
      return Optional.of(result.revision()).filter(r -> !r.sameState(than));
    } catch (GitOpsException e) {
      LOG.debug("{} could not be asked for a newer revision: {}", source, e.getMessage());
      return Optional.empty();
    }
  }
}
