/** What happens, as meters of Micrometer, which is an optional dependency. */
@NullMarked
package io.gitops4j.metrics;

import org.jspecify.annotations.NullMarked;
