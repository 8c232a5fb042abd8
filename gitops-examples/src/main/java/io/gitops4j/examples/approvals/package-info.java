/** A person decides what is applied. */
@NullMarked
package io.gitops4j.examples.approvals;

import org.jspecify.annotations.NullMarked;
