/** What providers store. */
@NullMarked
package io.gitops4j.internal.json;

import org.jspecify.annotations.NullMarked;
