package io.gitops4j.k8s;

import io.gitops4j.health.Health;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells the health of objects in code. Must be thread-safe, and must not change the object. An
 * object that it throws on, or returns null for, is {@link
 * io.gitops4j.health.HealthStatus#UNKNOWN}; the message names the class of the exception.
 */
@FunctionalInterface
public interface HealthRule {
  /**
   * How well an object is.
   *
   * @param live the whole object as the API server returns it
   * @return its health; empty to leave it to the rules below
   */
  Optional<Health> assess(ObjectNode live);
}
