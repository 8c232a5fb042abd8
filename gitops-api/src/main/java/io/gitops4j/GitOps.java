package io.gitops4j;

import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.SourceProvider;
import java.util.Objects;

/** The door to the library. What it makes is thread-safe; the builders are not. */
public final class GitOps {
  private GitOps() {}

  /**
   * Begins to describe a target.
   *
   * @param name used once in its destination, whatever the source is: two sources under one name
   *     are one target to it, see {@link TargetId}
   * @return asks for the source
   * @throws IllegalArgumentException when the name is malformed
   */
  public static SourceStep target(String name) {
    return new SourceStep(new TargetId(name));
  }

  /** Asks where revisions come from. */
  public static final class SourceStep {
    private final TargetId target;

    private SourceStep(TargetId target) {
      this.target = target;
    }

    /**
     * Says where revisions come from.
     *
     * @param source the provider; the caller closes it
     * @return asks for the renderer
     */
    public RendererStep source(SourceProvider source) {
      return new RendererStep(target, Objects.requireNonNull(source, "source"));
    }
  }

  /** Asks what makes the desired state. */
  public static final class RendererStep {
    private final TargetId target;
    private final SourceProvider source;

    private RendererStep(TargetId target, SourceProvider source) {
      this.target = target;
      this.source = source;
    }

    /**
     * Says what makes the desired state.
     *
     * @param renderer the renderer
     * @param <D> the kind of desired state, which the destination must take
     * @return asks for the destination
     */
    public <D extends Desired> DestinationStep<D> renderer(Renderer<D> renderer) {
      return new DestinationStep<>(target, source, Objects.requireNonNull(renderer, "renderer"));
    }
  }

  /**
   * Asks where the desired state goes.
   *
   * @param <D> the kind of desired state
   */
  public static final class DestinationStep<D extends Desired> {
    private final TargetId target;
    private final SourceProvider source;
    private final Renderer<D> renderer;

    private DestinationStep(TargetId target, SourceProvider source, Renderer<D> renderer) {
      this.target = target;
      this.source = source;
      this.renderer = renderer;
    }

    /**
     * Says where the desired state goes.
     *
     * @param destination the destination; the caller closes it
     * @return the target, ready to build
     */
    public TargetBuilder<D> destination(Destination<D> destination) {
      return new TargetBuilder<>(
          target, source, renderer, Objects.requireNonNull(destination, "destination"));
    }
  }
}
