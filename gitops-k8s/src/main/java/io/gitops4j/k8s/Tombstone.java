package io.gitops4j.k8s;

import io.gitops4j.diff.PlanId;
import io.gitops4j.model.ResourceId;
import java.time.Instant;
import java.util.Objects;

/**
 * What is kept of an object that was about to be removed or replaced. Its content stays in the
 * cluster. Immutable.
 *
 * @param id which object
 * @param apiVersion that it is kept in
 * @param uid of the instance that was lost
 * @param time when, right before the removal was asked for
 * @param revision that no longer had it, as {@code main@sha1:...}
 * @param plan that removed it
 * @param bytes how large it is, as JSON
 */
public record Tombstone(
    ResourceId id,
    String apiVersion,
    String uid,
    Instant time,
    String revision,
    PlanId plan,
    long bytes) {
  /** Checks that no part is missing. */
  public Tombstone {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(apiVersion, "apiVersion");
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(plan, "plan");
  }

  /**
   * How much is kept for a target. What is oldest goes first.
   *
   * @param count the most objects, 0 to keep none
   * @param bytes the most bytes of all objects together, as JSON
   */
  public record Limits(int count, long bytes) {}
}
