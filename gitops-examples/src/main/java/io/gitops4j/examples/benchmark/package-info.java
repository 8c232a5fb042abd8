/** What a pass costs, beside its floor and a peer, in one run. */
@NullMarked
package io.gitops4j.examples.benchmark;

import org.jspecify.annotations.NullMarked;
