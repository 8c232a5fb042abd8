/** Terraform and OpenTofu by saved plan. Its place is kept; nothing here works yet. */
@NullMarked
package io.gitops4j.terraform;

import org.jspecify.annotations.NullMarked;
