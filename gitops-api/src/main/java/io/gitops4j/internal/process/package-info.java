/** Programs that providers run. */
@NullMarked
package io.gitops4j.internal.process;

import org.jspecify.annotations.NullMarked;
