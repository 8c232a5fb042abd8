/** Where revisions come from. */
@NullMarked
package io.gitops4j.source;

import org.jspecify.annotations.NullMarked;
