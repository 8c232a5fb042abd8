/** Many targets in one process. */
@NullMarked
package io.gitops4j.examples.controller;

import org.jspecify.annotations.NullMarked;
