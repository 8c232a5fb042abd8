/** How threads that are lent are taken, and given back. */
@NullMarked
package io.gitops4j.internal.thread;

import org.jspecify.annotations.NullMarked;
