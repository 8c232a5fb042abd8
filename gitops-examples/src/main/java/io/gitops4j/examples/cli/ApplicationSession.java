package io.gitops4j.examples.cli;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.AdoptionPolicy;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.MissingKinds;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.Reconciler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An Argo CD Application with everything that it takes to reconcile it. */
public final class ApplicationSession implements Session {
  private static final String THIS_CLUSTER = "https://kubernetes.default.svc";

  private static final Duration KIND_WAIT = Duration.ofSeconds(60);

  private final Application application;
  private final GitSource source;
  private final KubernetesDestination destination;
  private final Reconciler<ManifestSet> reconciler;

  /** Contacts nothing yet. */
  public ApplicationSession(
      Application application,
      Path kubeconfig,
      Optional<String> context,
      Path cache,
      PruneConfirmation confirmation,
      ReconcileListener listener) {
    this.application = application;
    Optional<String> chosen =
        application.clusterName().isEmpty() || application.clusterName().equals("in-cluster")
            ? context
            : Optional.of(application.clusterName());
    this.destination =
        KubernetesDestination.connect(
            // Who typed the command chose the file, as with kubectl.
            KubernetesConfig.builder(
                    new KubernetesConfig.KubeconfigFile(
                        kubeconfig, chosen, Set.of(KubeconfigFeature.values())))
                .namespace(application.namespace())
                .createNamespace(application.createNamespace())
                .namespaceMetadata(application.namespaceMetadata())
                .update(application.update())
                .replace(application.replace())
                .missingKinds(new MissingKinds(application.awaited(), KIND_WAIT))
                .ignoreDifferences(application.ignoreDifferences())
                .ignoredAtWrite(application.ignoredAtWrite())
                .prunePropagation(application.prunePropagation())
                .historyLimit(application.historyLimit())
                .adoption(AdoptionPolicy.ADOPT_IF_UNOWNED)
                .build());
    String server = application.server();
    if (!server.isEmpty() && !server.equals(THIS_CLUSTER) && !server.equals(destination.server())) {
      String other = destination.server();
      destination.close();
      throw new ConfigurationException(
          "Application " + application.name(),
          List.of(
              "spec.destination.server is "
                  + server
                  + ", the kubeconfig leads to "
                  + other
                  + ": choose its context, or write "
                  + THIS_CLUSTER));
    }
    this.source =
        GitSource.builder(application.repoUrl())
            .reference(application.targetRevision())
            .cacheDirectory(cache)
            .build();
    this.reconciler =
        GitOps.target(application.name())
            .source(source)
            .renderer(application.renderer())
            .destination(destination)
            .policy(application.policy())
            .confirmation(
                application
                    .deletionApproved()
                    .map(PruneConfirmation::givenAt)
                    .orElseGet(PruneConfirmation::none)
                    .or(confirmation))
            .retry(application.retry())
            .listener(listener)
            .build();
  }

  /** What it was made of. */
  public Application application() {
    return application;
  }

  @Override
  public Reconciler<ManifestSet> reconciler() {
    return reconciler;
  }

  @Override
  public KubernetesDestination destination() {
    return destination;
  }

  @Override
  public void close() {
    source.close();
    destination.close();
  }
}
