/** A real API server for tests, and what tests of Kubernetes providers share. */
@NullMarked
package io.gitops4j.k8s.testing;

import org.jspecify.annotations.NullMarked;
