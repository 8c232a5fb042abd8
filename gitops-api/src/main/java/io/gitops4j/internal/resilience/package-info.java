/** Retries of provider calls. Not API. */
@NullMarked
package io.gitops4j.internal.resilience;

import org.jspecify.annotations.NullMarked;
