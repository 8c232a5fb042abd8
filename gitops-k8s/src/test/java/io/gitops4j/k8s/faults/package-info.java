/** What happens to targets on bad days, one test for each kind of day. */
@NullMarked
package io.gitops4j.k8s.faults;

import org.jspecify.annotations.NullMarked;
