/** Which fields of an object others may set, and what that means for a write and a fingerprint. */
@NullMarked
package io.gitops4j.k8s.internal.ignore;

import org.jspecify.annotations.NullMarked;
