package io.gitops4j.examples.cli;

import io.gitops4j.GitOps;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.AdoptionPolicy;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.Orphans;
import io.gitops4j.k8s.argo.AppProject;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.k8s.argo.PlacedApplication;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import java.nio.file.Path;
import java.util.Optional;

/** An Argo CD Application with everything that it takes to reconcile it. */
public final class ApplicationSession implements Session {
  private final Application application;
  private final GitSource source;
  private final Optional<AppProject> project;
  private final KubernetesCluster cluster;
  private final KubernetesDestination destination;
  private final Reconciler<ManifestSet> reconciler;

  /**
   * Contacts nothing yet.
   *
   * @param project whose rules hold; empty for none
   * @param place where it goes
   */
  public ApplicationSession(
      Application application,
      Optional<AppProject> project,
      ClusterAccess place,
      Path cache,
      PruneConfirmation confirmation,
      ReconcileListener listener) {
    this.application = application;
    this.project = project;
    this.cluster = KubernetesCluster.builder(place.access()).connect();
    PlacedApplication placed;
    try {
      PlacedApplication anywhere = place.placed().orElseGet(() -> application.at(cluster.server()));
      placed = project.map(anywhere::under).orElse(anywhere);
      this.destination =
          KubernetesDestination.connect(
              placed
                  .configure(KubernetesConfig.builder(new KubernetesConfig.SharedCluster(cluster)))
                  .adoption(AdoptionPolicy.ADOPT_IF_UNOWNED)
                  .build());
    } catch (ConfigurationException e) {
      cluster.close();
      throw e;
    }
    this.source =
        GitSource.builder(application.repoUrl())
            .reference(application.targetRevision())
            .credentials(GitCredentials.userSsh())
            .cacheDirectory(cache)
            .build();
    this.reconciler =
        placed
            .configure(
                GitOps.target(application.targetName())
                    .source(source)
                    .renderer(application.renderer())
                    .destination(destination))
            .confirmation(application.confirmation().or(confirmation))
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
  public GitSource source() {
    return source;
  }

  @Override
  public KubernetesDestination destination() {
    return destination;
  }

  @Override
  public Optional<ReconcileOutcome> compare(OperationContext context) {
    return Optional.of(reconciler.plan(context));
  }

  @Override
  public Optional<Orphans> orphans(OperationContext context) {
    return project
        .filter(AppProject::watchesOrphans)
        .map(p -> destination.orphans(reconciler.target(), p::ignoresOrphan, context));
  }

  @Override
  public boolean warnsOfOrphans() {
    return project.filter(AppProject::warnsOfOrphans).isPresent();
  }

  @Override
  public void close() {
    source.close();
    destination.close();
    cluster.close();
  }
}
