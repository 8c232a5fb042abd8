/** Providers and rules of one's own. */
@NullMarked
package io.gitops4j.examples.plugins;

import org.jspecify.annotations.NullMarked;
