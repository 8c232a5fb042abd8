/** Who is told what happens, and who tells that a repository moved. */
@NullMarked
package io.gitops4j.examples.notifications;

import org.jspecify.annotations.NullMarked;
