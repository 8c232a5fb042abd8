/** Factories of what is found by its name. */
@NullMarked
package io.gitops4j.k8s.internal.spi;

import org.jspecify.annotations.NullMarked;
