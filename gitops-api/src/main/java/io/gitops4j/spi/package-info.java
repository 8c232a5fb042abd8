/**
 * Providers that are found by their name. An instance given to {@link io.gitops4j.GitOps} is the
 * normal way; this is for a product whose configuration names its providers.
 */
@NullMarked
package io.gitops4j.spi;

import org.jspecify.annotations.NullMarked;
