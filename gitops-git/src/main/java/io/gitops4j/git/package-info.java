/** Git repositories as a source of revisions. */
@NullMarked
package io.gitops4j.git;

import org.jspecify.annotations.NullMarked;
