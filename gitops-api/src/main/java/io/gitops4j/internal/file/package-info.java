/** Folders that threads and processes share. */
@NullMarked
package io.gitops4j.internal.file;

import org.jspecify.annotations.NullMarked;
