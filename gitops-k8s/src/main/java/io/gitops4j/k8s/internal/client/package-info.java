/** Requests to an API server. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.client;

import org.jspecify.annotations.NullMarked;
