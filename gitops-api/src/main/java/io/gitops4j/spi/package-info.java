/** Providers found by name. */
@NullMarked
package io.gitops4j.spi;

import org.jspecify.annotations.NullMarked;
