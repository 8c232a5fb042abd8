package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Permit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which of several replicas may write which target. At any moment at most one replica holds
 * a permit for a target whose time is not over. Thread-safe.
 */
public interface Leadership {
  /**
   * Begins to compete.
   *
   * @param groups for every target the name of its group: those of one group depend on each other
   *     and have to stay together
   * @param changed is run when this replica got or lost something; it is quick
   */
  void start(Map<TargetId, String> groups, Runnable changed);

  /**
   * The right to write a target.
   *
   * @param target which
   * @return the permit, which is renewed while this replica is in office; empty when another
   *     replica has it, or nobody yet
   */
  Optional<Permit> permit(TargetId target);

  /**
   * Competes no more, and gives back what it holds, so that another replica need not wait.
   *
   * @param busy targets whose passes still run: their permits are kept until their time is over
   */
  void stop(Set<TargetId> busy);
}
