package io.gitops4j.spi;

import io.gitops4j.source.SourceProvider;

/**
 * Makes sources.
 *
 * @param <C> what a source is configured with
 */
public interface SourceProviderFactory<C extends Record>
    extends ProviderFactory<C, SourceProvider> {}
