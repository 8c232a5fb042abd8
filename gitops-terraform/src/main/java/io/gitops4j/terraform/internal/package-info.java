/** Not API. */
@NullMarked
package io.gitops4j.terraform.internal;

import org.jspecify.annotations.NullMarked;
