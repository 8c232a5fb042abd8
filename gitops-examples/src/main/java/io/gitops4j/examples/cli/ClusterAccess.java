package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.k8s.argo.Clusters;
import io.gitops4j.k8s.argo.PlacedApplication;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where an application goes.
 *
 * @param access to that cluster
 * @param placed where the Secrets of Argo CD send it; empty when it is reached by a kubeconfig
 *     alone
 */
public record ClusterAccess(KubernetesConfig.Access access, Optional<PlacedApplication> placed) {
  /**
   * By a kubeconfig: the name of a cluster is one of its contexts.
   *
   * @param context the one for an application that names none
   * @throws ConfigurationException when the application names another
   */
  public static ClusterAccess of(
      Application application, Path kubeconfig, Optional<String> context, ExecPlugins plugins) {
    Optional<String> named = application.context();
    if (named.isPresent() && context.isPresent() && !named.equals(context)) {
      throw new ConfigurationException(
          "Application " + application.name(),
          List.of(
              "spec.destination.name is "
                  + named.get()
                  + ", which is a context of the kubeconfig, and --context "
                  + context.get()
                  + " is another: leave one of them out"));
    }
    Optional<String> chosen = named.or(() -> context);
    return new ClusterAccess(file(kubeconfig, chosen, plugins), Optional.empty());
  }

  /**
   * By the cluster Secrets of Argo CD.
   *
   * @param kubeconfig leads to the cluster that Argo CD would run in
   */
  public static ClusterAccess of(
      Application application,
      Clusters clusters,
      Path kubeconfig,
      Optional<String> context,
      ExecPlugins plugins) {
    PlacedApplication placed = clusters.place(application);
    return new ClusterAccess(
        placed.access(
            file(kubeconfig, context, plugins),
            Set.of(KubeconfigFeature.INSECURE_TLS, KubeconfigFeature.PROXY),
            plugins),
        Optional.of(placed));
  }

  /** Who typed the command chose the file, as with kubectl; programs are another matter. */
  private static KubeconfigFile file(
      Path kubeconfig, Optional<String> context, ExecPlugins plugins) {
    return new KubeconfigFile(kubeconfig, context, Set.of(KubeconfigFeature.values()), plugins);
  }
}
