/** YAML as kubectl reads it, for every provider that reads manifests. Not API. */
@NullMarked
package io.gitops4j.internal.yaml;

import org.jspecify.annotations.NullMarked;
