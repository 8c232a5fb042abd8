/** What one pass carries along: identity, deadline, cancellation, concurrency. */
@NullMarked
package io.gitops4j.operation;

import org.jspecify.annotations.NullMarked;
