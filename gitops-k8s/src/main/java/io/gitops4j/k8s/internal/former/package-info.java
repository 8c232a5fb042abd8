/** What other tools say that they own. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.former;

import org.jspecify.annotations.NullMarked;
