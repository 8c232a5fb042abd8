/** How well live objects are. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.health;

import org.jspecify.annotations.NullMarked;
