/** What can go wrong, typed: stage, code, retryability, subject, reason, next step. */
@NullMarked
package io.gitops4j.error;

import org.jspecify.annotations.NullMarked;
