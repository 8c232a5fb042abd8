package io.gitops4j.reconcile;

import io.gitops4j.error.Stage;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Lineage;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SourceProvider;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From the source to the desired state, and what of that is still known. One pass at a time. */
final class Rendering<D extends Desired> {
  private final SourceProvider source;
  private final Renderer<D> renderer;
  private final Retries retries;

  /** What the last pass rendered: valid while the source, the inputs and the hooks stand still. */
  private @Nullable D rendered;

  private Optional<Digest> inputs = Optional.empty();
  private Pin.Hooks hooks = Pin.Hooks.RUN;

  Rendering(SourceProvider source, Renderer<D> renderer, Retries retries) {
    this.source = source;
    this.renderer = renderer;
    this.retries = retries;
  }

  /** Asks the source, and renders when something moved that the desired state is made of. */
  D followed(OperationContext context, PassEvents events, Runnable onNew) {
    context.checkActive(Stage.SOURCE);
    Optional<Digest> now = renderer.inputs(context);
    D known = known(now, Pin.Hooks.RUN);
    Optional<Revision> lastSeen = Optional.ofNullable(known).map(Desired::revision);
    FetchResult result = retries.call(context, () -> source.fetch(lastSeen, context));
    found(result.revision(), events, onNew);
    if (result instanceof FetchResult.Fetched fetched) {
      known = render(fetched.snapshot(), now, Pin.Hooks.RUN, context, events);
    }
    if (known == null) {
      throw new IllegalStateException(
          source.getClass().getName() + " answered Unchanged though nothing was seen before");
    }
    return known;
  }

  /** Asks the source for one revision, unless that is known, wherever it stands. */
  D exactly(Pin pin, Lineage lineage, OperationContext context, PassEvents events, Runnable onNew) {
    context.checkActive(Stage.SOURCE);
    Revision revision = pin.revision();
    Pin.Hooks run = pin.hooks();
    Optional<Digest> now = renderer.inputs(context);
    D known = known(now, run);
    if (known != null && known.revision().sameState(revision)) {
      found(known.revision(), events, onNew);
      return known;
    }
    Snapshot snapshot =
        retries.call(context, () -> source.fetchExactly(revision, lineage, context));
    found(snapshot.revision(), events, onNew);
    return render(snapshot, now, run, context, events);
  }

  private @Nullable D known(Optional<Digest> now, Pin.Hooks run) {
    return now.equals(inputs) && run == hooks ? rendered : null;
  }

  private void found(Revision revision, PassEvents events, Runnable onNew) {
    boolean isNew =
        Optional.ofNullable(rendered).map(Desired::revision).filter(revision::sameState).isEmpty();
    events.fetched(revision, isNew);
    if (isNew) {
      onNew.run();
    }
  }

  private D render(
      Snapshot tree,
      Optional<Digest> now,
      Pin.Hooks run,
      OperationContext context,
      PassEvents events) {
    rendered = null;
    D made;
    try (Snapshot snapshot = tree) {
      context.checkActive(Stage.RENDER);
      D whole = renderer.render(snapshot, context);
      made =
          switch (run) {
            case RUN -> whole;
            case SKIP -> renderer.desiredType().cast(whole.withoutHooks());
          };
    }
    rendered = made;
    inputs = now;
    hooks = run;
    events.rendered(made);
    return made;
  }
}
