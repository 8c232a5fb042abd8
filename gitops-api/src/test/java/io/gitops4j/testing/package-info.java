/** What the tests of several modules need. */
@NullMarked
package io.gitops4j.testing;

import org.jspecify.annotations.NullMarked;
