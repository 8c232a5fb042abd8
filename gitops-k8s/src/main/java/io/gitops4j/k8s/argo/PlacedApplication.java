package io.gitops4j.k8s.argo;

import io.gitops4j.TargetBuilder;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.SyncWindows;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig.Access;
import io.gitops4j.k8s.KubernetesConfigBuilder;
import io.gitops4j.k8s.ObjectPermissions;
import io.gitops4j.render.Desired;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An {@link Application} in the cluster that it goes to, under the rules of its project where they
 * are given: all that a destination and a target have to be told, so that nothing that a manifest
 * forbids is left out. Made by {@link Application#at} or {@link Clusters#place}. Immutable.
 */
public final class PlacedApplication {
  private final Application application;
  private final ProjectCluster cluster;
  private final Optional<ClusterSecret> secret;
  private final Optional<AppProject> project;

  private PlacedApplication(
      Application application,
      ProjectCluster cluster,
      Optional<ClusterSecret> secret,
      Optional<AppProject> project) {
    this.application = Objects.requireNonNull(application, "application");
    this.cluster = cluster;
    this.secret = secret;
    this.project = project;
  }

  static PlacedApplication of(Application application, ProjectCluster cluster) {
    return new PlacedApplication(application, cluster, Optional.empty(), Optional.empty());
  }

  static PlacedApplication of(Application application, ClusterSecret secret) {
    return new PlacedApplication(
        application, secret.projectCluster(), Optional.of(secret), Optional.empty());
  }

  /**
   * Puts it under the rules of its project. Without this they do not hold: nobody else knows where
   * the project is kept.
   *
   * @param rules the project that it names
   * @return the application under these rules
   * @throws ConfigurationException that lists every reason when the project does not admit it
   */
  public PlacedApplication under(AppProject rules) {
    rules.admit(application, cluster);
    return new PlacedApplication(application, cluster, secret, Optional.of(rules));
  }

  /**
   * How to reach its cluster.
   *
   * @param given the way to the cluster that Argo CD would run in, which {@code in-cluster} means
   * @param allowed what a cluster Secret may ask for, as in {@link ClusterSecret#access}
   * @param plugins which programs may be run for its credential
   * @return what its Secret says; {@code given} where it has none, or that says nothing
   */
  public Access access(Access given, Set<KubeconfigFeature> allowed, ExecPlugins plugins) {
    return secret.flatMap(s -> s.access(allowed, plugins)).map(Access.class::cast).orElse(given);
  }

  /**
   * What it may touch: what its project and the Secret of its cluster permit.
   *
   * @return what {@link #configure(KubernetesConfigBuilder)} sets, so that an embedder can add to
   *     it by {@link ObjectPermissions#and}
   */
  public ObjectPermissions permissions() {
    ObjectPermissions ofCluster =
        secret.map(ClusterSecret::permissions).orElseGet(ObjectPermissions::all);
    return project.map(p -> ofCluster.and(p.permissions(cluster))).orElse(ofCluster);
  }

  /**
   * Tells a destination all that is asked of it: its namespace, what is ignored, kept and replaced,
   * its sync options, what may be touched, and in whose name.
   *
   * @param config of its cluster; what no manifest says, such as adoption, stays as it is
   * @return the same builder
   */
  public KubernetesConfigBuilder configure(KubernetesConfigBuilder config) {
    application.configure(config).permissions(permissions());
    project.flatMap(p -> p.account(application, cluster)).ifPresent(config::impersonate);
    return config;
  }

  /**
   * Tells a target all that is asked of it: what may happen on its own, how often it is tried
   * again, who confirmed removals; and adds the gates that hold it while it or its cluster is
   * skipped, outside of the sync windows of its project, and, where it is not automated, until
   * somebody asks for a pass ({@link io.gitops4j.operation.Trigger#MANUAL}).
   *
   * @param <D> the kind of desired state
   * @param target of its source, renderer and destination
   * @return the same builder
   */
  public <D extends Desired> TargetBuilder<D> configure(TargetBuilder<D> target) {
    application.configure(target);
    secret.map(ClusterSecret::gate).ifPresent(target::gate);
    project
        .map(p -> new SyncWindows(p.syncWindows(application), Clock.systemUTC()))
        .ifPresent(target::gate);
    return target;
  }

  /** Which application, and where. */
  @Override
  public String toString() {
    return application + " at " + cluster.server();
  }
}
