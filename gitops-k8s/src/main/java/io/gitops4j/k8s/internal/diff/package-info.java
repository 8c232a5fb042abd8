/** Comparing desired and live. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.diff;

import org.jspecify.annotations.NullMarked;
