/** Plans applied exactly as they stand. */
@NullMarked
package io.gitops4j.apply;

import org.jspecify.annotations.NullMarked;
