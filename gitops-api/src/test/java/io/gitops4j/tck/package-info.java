/** What authors of plugins test with: contracts to extend, and providers in memory. */
@NullMarked
package io.gitops4j.tck;

import org.jspecify.annotations.NullMarked;
