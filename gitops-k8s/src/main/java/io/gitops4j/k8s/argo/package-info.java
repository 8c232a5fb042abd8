/** Manifests that people wrote for Argo CD, read as they are. */
@NullMarked
package io.gitops4j.k8s.argo;

import org.jspecify.annotations.NullMarked;
