/** Kubernetes: manifests rendered, compared, applied with server-side apply, owned and pruned. */
@NullMarked
package io.gitops4j.k8s;

import org.jspecify.annotations.NullMarked;
