/** Terraform and OpenTofu for tests. */
@NullMarked
package io.gitops4j.terraform.testing;

import org.jspecify.annotations.NullMarked;
