package io.gitops4j.spi;

import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;

/**
 * Makes renderers.
 *
 * @param <C> what a renderer is configured with
 * @param <D> the kind of desired state that it makes
 */
public interface RendererFactory<C extends Record, D extends Desired>
    extends ProviderFactory<C, Renderer<D>> {}
