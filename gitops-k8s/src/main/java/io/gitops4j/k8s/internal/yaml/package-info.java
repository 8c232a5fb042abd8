/** YAML as kubectl reads it. Not API. */
@NullMarked
package io.gitops4j.k8s.internal.yaml;

import org.jspecify.annotations.NullMarked;
