package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the board has to know of a target.
 *
 * @param id which
 * @param tenant whose workers it takes
 * @param interval between passes while nothing happens
 * @param dependsOn what must be applied first
 * @param retry what happens to a revision that fails
 * @param healing how fast drift is corrected again and again
 * @param heals whether a move in the destination is a reason for a pass
 * @param repository that its source reads, when it has an address
 */
record Rules(
    TargetId id,
    String tenant,
    Duration interval,
    Set<TargetId> dependsOn,
    RetryPolicy retry,
    RetryPolicy healing,
    boolean heals,
    Optional<String> repository) {}
