/** From a snapshot to the desired state. */
@NullMarked
package io.gitops4j.render;

import org.jspecify.annotations.NullMarked;
