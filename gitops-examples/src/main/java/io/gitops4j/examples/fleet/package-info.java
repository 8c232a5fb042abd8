/** One target in many clusters. */
@NullMarked
package io.gitops4j.examples.fleet;

import org.jspecify.annotations.NullMarked;
