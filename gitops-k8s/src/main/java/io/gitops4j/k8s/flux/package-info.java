/** Manifests of Flux. */
@NullMarked
package io.gitops4j.k8s.flux;

import org.jspecify.annotations.NullMarked;
