/** Repositories for the tests of several modules. */
@NullMarked
package io.gitops4j.git.testing;

import org.jspecify.annotations.NullMarked;
