/** What a user copies, runs and reads. */
@NullMarked
package io.gitops4j.examples;

import org.jspecify.annotations.NullMarked;
