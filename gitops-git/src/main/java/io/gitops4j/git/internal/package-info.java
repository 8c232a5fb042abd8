/** JGit at work. Not API. */
@NullMarked
package io.gitops4j.git.internal;

import org.jspecify.annotations.NullMarked;
