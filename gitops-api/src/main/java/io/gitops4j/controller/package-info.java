/** Many targets in one process: schedule, triggers, dependencies, workers, leadership. */
@NullMarked
package io.gitops4j.controller;

import org.jspecify.annotations.NullMarked;
