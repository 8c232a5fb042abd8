/** Patterns as Argo CD reads them. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.glob;

import org.jspecify.annotations.NullMarked;
