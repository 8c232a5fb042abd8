/** Infrastructure and application from one repository. */
@NullMarked
package io.gitops4j.examples.infrastructure;

import org.jspecify.annotations.NullMarked;
