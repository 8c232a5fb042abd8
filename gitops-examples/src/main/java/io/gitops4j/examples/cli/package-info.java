/** The command line. */
@NullMarked
package io.gitops4j.examples.cli;

import org.jspecify.annotations.NullMarked;
