package io.gitops4j.examples.cli;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.gate.SyncWindows;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitSource;
import io.gitops4j.k8s.AdoptionPolicy;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfigBuilder;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.ObjectPermissions;
import io.gitops4j.k8s.Orphans;
import io.gitops4j.k8s.argo.AppProject;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.k8s.argo.ClusterSecret;
import io.gitops4j.k8s.argo.ProjectCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** An Argo CD Application with everything that it takes to reconcile it. */
public final class ApplicationSession implements Session {
  private static final String THIS_CLUSTER = "https://kubernetes.default.svc";

  private static final Gate NO_GATE = (plan, context) -> GateDecision.allowed();

  private final Application application;
  private final GitSource source;
  private final Optional<AppProject> project;
  private final Optional<ClusterSecret> secret;
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
    this.secret = place.secret();
    this.cluster = KubernetesCluster.builder(place.access()).connect();
    try {
      if (secret.isEmpty()) {
        checkServer(application, cluster.server());
      }
      this.destination = KubernetesDestination.connect(config());
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
    TargetBuilder<ManifestSet> target =
        GitOps.target(application.targetName())
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
            .gate(secret.map(ClusterSecret::gate).orElse(NO_GATE))
            .gate(
                new SyncWindows(
                    project.map(p -> p.syncWindows(application)).orElse(List.of()),
                    Clock.systemUTC()))
            .retry(application.retry())
            .listener(listener);
    if (application.suspended()) {
      target.gate(Gate.suspended("its annotation " + Application.SKIP));
    }
    this.reconciler = target.build();
  }

  private static void checkServer(Application application, String server) {
    String asked = application.server();
    if (!asked.isEmpty() && !asked.equals(THIS_CLUSTER) && !asked.equals(server)) {
      throw new ConfigurationException(
          "Application " + application.name(),
          List.of(
              "spec.destination.server is "
                  + asked
                  + ", the kubeconfig leads to "
                  + server
                  + ": choose its context, or write "
                  + THIS_CLUSTER));
    }
  }

  private KubernetesConfig config() {
    KubernetesConfigBuilder config =
        application
            .configure(KubernetesConfig.builder(new KubernetesConfig.SharedCluster(cluster)))
            .adoption(AdoptionPolicy.ADOPT_IF_UNOWNED);
    ObjectPermissions permissions =
        secret.map(ClusterSecret::permissions).orElseGet(ObjectPermissions::all);
    config.permissions(permissions);
    if (project.isPresent()) {
      ProjectCluster place =
          secret
              .map(ClusterSecret::projectCluster)
              .orElseGet(() -> ProjectCluster.of(application, cluster.server()));
      project.get().admit(application, place);
      config.permissions(permissions.and(project.get().permissions(place)));
      project.get().account(application, place).ifPresent(config::impersonate);
    }
    return config.build();
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
