/** One target in many clusters: all at once, or wave by wave. */
@NullMarked
package io.gitops4j.fleet;

import org.jspecify.annotations.NullMarked;
