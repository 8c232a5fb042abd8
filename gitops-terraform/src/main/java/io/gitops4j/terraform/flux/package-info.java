/** Manifests of tofu-controller and Flux. */
@NullMarked
package io.gitops4j.terraform.flux;

import org.jspecify.annotations.NullMarked;
