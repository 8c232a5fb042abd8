/** Everything that writes to a cluster. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.apply;

import org.jspecify.annotations.NullMarked;
