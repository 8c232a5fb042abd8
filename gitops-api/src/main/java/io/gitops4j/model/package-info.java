/** Immutable values that every seam speaks in. */
@NullMarked
package io.gitops4j.model;

import org.jspecify.annotations.NullMarked;
