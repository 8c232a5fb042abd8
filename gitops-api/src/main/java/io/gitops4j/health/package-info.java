/** How well live objects are. */
@NullMarked
package io.gitops4j.health;

import org.jspecify.annotations.NullMarked;
