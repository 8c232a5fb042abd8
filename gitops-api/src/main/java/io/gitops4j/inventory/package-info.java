/** What a target owns. */
@NullMarked
package io.gitops4j.inventory;

import org.jspecify.annotations.NullMarked;
