/** In which order objects are written. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.order;

import org.jspecify.annotations.NullMarked;
