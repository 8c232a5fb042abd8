/** The only door: {@link io.gitops4j.GitOps}. */
@NullMarked
package io.gitops4j;

import org.jspecify.annotations.NullMarked;
