/** Back to an earlier revision. */
@NullMarked
package io.gitops4j.examples.rollback;

import org.jspecify.annotations.NullMarked;
