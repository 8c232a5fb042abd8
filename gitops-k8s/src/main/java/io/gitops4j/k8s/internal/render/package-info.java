/** Snapshots turned into manifests. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.render;

import org.jspecify.annotations.NullMarked;
