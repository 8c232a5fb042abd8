/** The difference between desired and live, as a plan. */
@NullMarked
package io.gitops4j.diff;

import org.jspecify.annotations.NullMarked;
