/** One target through its whole life. */
@NullMarked
package io.gitops4j.examples.quickstart;

import org.jspecify.annotations.NullMarked;
