/** What is live. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.observe;

import org.jspecify.annotations.NullMarked;
