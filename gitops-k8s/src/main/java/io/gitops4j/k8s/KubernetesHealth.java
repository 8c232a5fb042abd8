package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.health.Health;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.k8s.internal.health.ObjectFile;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells how well an object is from the object alone: no cluster is asked. Built-in kinds follow
 * rules of their own, custom resources the rules that come with the library or else the conventions
 * of the Kubernetes API. Thread-safe.
 */
public final class KubernetesHealth {
  private static final KubernetesHealth STANDARD = new KubernetesHealth(HealthRules.standard());

  private final HealthRules rules;

  private KubernetesHealth(HealthRules rules) {
    this.rules = rules;
  }

  /**
   * The rules that come with the library.
   *
   * @return the rules
   */
  public static KubernetesHealth standard() {
    return STANDARD;
  }

  /**
   * The rules that come with the library, and the user's above them.
   *
   * @param checks the user's
   * @return the rules
   * @throws ConfigurationException that lists all checks that do not compile
   */
  public static KubernetesHealth with(List<HealthCheck> checks) {
    return new KubernetesHealth(HealthRules.with(checks));
  }

  /**
   * How well an object is.
   *
   * @param live the whole object as the API server returns it, not changed
   * @return status and message; never healthy when nothing says so
   */
  public Health assess(ObjectNode live) {
    return rules.assess(live);
  }

  /**
   * Looks at every object in a file: lists are taken apart, names may be missing.
   *
   * @param file its name, for messages
   * @param content YAML or JSON
   * @return the objects in the order of the file
   * @throws RenderException with code {@code RENDER-YAML} or {@code RENDER-MANIFEST} that names
   *     document and line
   */
  public List<ObjectHealth> read(String file, byte[] content) {
    return ObjectFile.read(file, content).stream()
        .map(o -> new ObjectHealth(o.id(), assess(o.object())))
        .toList();
  }

  /**
   * An object of a file with its health.
   *
   * @param id its identity; the name is {@code *} behind {@code generateName} where the object has
   *     no name
   * @param health how well it is
   */
  public record ObjectHealth(ResourceId id, Health health) {
    /** Checks that no part is missing. */
    public ObjectHealth {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(health, "health");
    }
  }
}
