/** One pass for one target: fetch, render, diff, gate, apply, record. */
@NullMarked
package io.gitops4j.reconcile;

import org.jspecify.annotations.NullMarked;
