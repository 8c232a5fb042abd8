package io.gitops4j.k8s.argo;

import java.util.Objects;

/**
 * A cluster as an {@link AppProject} sees it. Immutable.
 *
 * @param server the address of its API
 * @param name of it, empty when it has none; a project that denies clusters by name denies it then
 * @param project that it is reserved for, empty when for none
 */
public record ProjectCluster(String server, String name, String project) {
  /** The address and the name that Argo CD has for the cluster that it runs in. */
  static final ProjectCluster IN_CLUSTER =
      new ProjectCluster("https://kubernetes.default.svc", "in-cluster", "");

  /** Checks that no part is missing. */
  public ProjectCluster {
    Objects.requireNonNull(server, "server");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(project, "project");
  }

  /**
   * The cluster that an application goes to.
   *
   * @param application which
   * @param server the address that it is reached at
   * @return the cluster, by all that the application and the connection tell of it
   */
  public static ProjectCluster of(Application application, String server) {
    if (Application.address(application.server()).equals(IN_CLUSTER.server())
        || application.clusterName().equals(IN_CLUSTER.name())) {
      return IN_CLUSTER;
    }
    return new ProjectCluster(Application.address(server), application.clusterName(), "");
  }
}
