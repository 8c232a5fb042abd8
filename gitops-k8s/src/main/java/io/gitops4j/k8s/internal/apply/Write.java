package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.Change;
import io.gitops4j.k8s.PrunePropagation;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.diff.Prepared;
import java.util.Optional;

/**
 * One request that a change needs.
 *
 * @param change that it carries out
 * @param resource how its kind is served
 * @param desired what to apply, empty for a delete
 * @param propagation what becomes of what a removed object made, where the object says so itself
 * @param takesOver whether the ownership that former tools have of our fields ends with it
 */
record Write(
    Change change,
    ApiResource resource,
    Optional<Prepared> desired,
    Optional<PrunePropagation> propagation,
    boolean takesOver) {}
