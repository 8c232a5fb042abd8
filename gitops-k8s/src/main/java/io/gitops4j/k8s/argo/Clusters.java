package io.gitops4j.k8s.argo;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The clusters that applications may go to, by the Secrets that Argo CD keeps. Immutable.
 *
 * @param all of them
 */
public record Clusters(List<ClusterSecret> all) {
  /** Takes a copy. */
  public Clusters {
    all = List.copyOf(all);
  }

  /**
   * Reads those of a file; objects of other kinds are left out.
   *
   * @param file its name, for messages
   * @param content YAML or JSON with any number of objects
   * @return the clusters
   * @throws ConfigurationException when one of them is wrong
   * @throws io.gitops4j.error.RenderException when it is no manifest at all
   */
  public static Clusters read(String file, byte[] content) {
    return of(ManifestRenderer.read(file, content));
  }

  /**
   * Reads those that a hub keeps.
   *
   * @param hub the cluster that Argo CD would run in
   * @param namespace of the Secrets, such as {@code argocd}
   * @param context of the call
   * @return the clusters
   * @throws ConfigurationException when one of them is wrong
   * @throws io.gitops4j.error.DiffException when they cannot be listed
   */
  public static Clusters list(KubernetesCluster hub, String namespace, OperationContext context) {
    return of(hub.secrets(namespace, ClusterSecret.TYPE + "=cluster", context));
  }

  private static Clusters of(List<Manifest> manifests) {
    return new Clusters(
        manifests.stream().filter(ClusterSecret::is).map(ClusterSecret::of).toList());
  }

  /**
   * Sends an application to the cluster that its {@code destination.name} or {@code
   * destination.server} means; {@code in-cluster} without a Secret is the one that is given.
   *
   * @param application which
   * @return the application in that cluster
   * @throws ConfigurationException when there is none, or more than one; it lists those that are
   *     known
   */
  public PlacedApplication place(Application application) {
    return find(application)
        .map(secret -> PlacedApplication.of(application, secret))
        .orElseGet(() -> PlacedApplication.of(application, ProjectCluster.IN_CLUSTER));
  }

  Optional<ClusterSecret> find(Application application) {
    String name = application.clusterName();
    String server = Application.address(application.server());
    return name.isEmpty()
        ? one(application, "server", server, c -> c.server().equals(server))
        : one(application, "name", name, c -> c.name().equals(name));
  }

  private Optional<ClusterSecret> one(
      Application application, String field, String value, Predicate<ClusterSecret> isIt) {
    List<ClusterSecret> found = all.stream().filter(isIt).toList();
    ProjectCluster given = ProjectCluster.IN_CLUSTER;
    if (found.isEmpty() && (value.equals(given.name()) || value.equals(given.server()))) {
      // Its Secret may call it otherwise, and restricts it under every name.
      found = all.stream().filter(c -> c.server().equals(given.server())).toList();
      if (found.isEmpty()) {
        return Optional.empty();
      }
    }
    if (found.size() == 1) {
      return Optional.of(found.get(0));
    }
    throw new ConfigurationException(
        "Application " + application.name(),
        List.of(
            "spec.destination.%s is %s, %s"
                .formatted(
                    field,
                    value,
                    found.isEmpty()
                        ? "which no cluster has; known are " + all
                        : "which more than one cluster has: " + found)));
  }
}
