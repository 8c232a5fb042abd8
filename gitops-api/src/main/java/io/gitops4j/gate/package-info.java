/** What may proceed. */
@NullMarked
package io.gitops4j.gate;

import org.jspecify.annotations.NullMarked;
