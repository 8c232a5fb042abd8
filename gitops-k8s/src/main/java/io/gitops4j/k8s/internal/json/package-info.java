/** JSON trees. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.json;

import org.jspecify.annotations.NullMarked;
