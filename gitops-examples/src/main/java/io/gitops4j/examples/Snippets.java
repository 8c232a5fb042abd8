package io.gitops4j.examples;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.examples.plugins.WidgetHealth;
import io.gitops4j.gate.Approvals;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.PruneBudget;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.gate.SyncWindow;
import io.gitops4j.gate.SyncWindows;
import io.gitops4j.git.GitConfig;
import io.gitops4j.git.GitSource;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.health.HealthTree;
import io.gitops4j.health.HealthWatch;
import io.gitops4j.k8s.ConflictPolicy;
import io.gitops4j.k8s.ConflictRule;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.FormerOwner;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.KubernetesCluster;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigFile;
import io.gitops4j.k8s.KubernetesConfig.SharedCluster;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.KubernetesEvents;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.Normalizer;
import io.gitops4j.k8s.Tombstone;
import io.gitops4j.k8s.argo.AppProject;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.k8s.argo.Clusters;
import io.gitops4j.k8s.argo.PlacedApplication;
import io.gitops4j.k8s.flux.FluxIgnore;
import io.gitops4j.k8s.flux.FluxKubeConfig;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import io.gitops4j.reconcile.ApprovedPlans;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.Selection;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.spi.Providers;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** What the pages of docs quote. */
public final class Snippets {
  private Snippets() {}

  /** A budget, and an approval by plan id. */
  public static Reconciler<ManifestSet> gates(
      TargetBuilder<ManifestSet> target, ApprovedPlans approved) {
    return target
        .gate(new PruneBudget(20, 0.25).atMost(0, "StatefulSet").atMost(2, "Deployment"))
        .gate(Gate.approval(approved))
        .listener(approved)
        .build();
  }

  /** Somebody who hears of every change. */
  public static Reconciler<ManifestSet> listen(
      TargetBuilder<ManifestSet> target, Consumer<String> log) {
    return target
        .listener(
            new ReconcileListener() {
              @Override
              public void changed(ReconcileEvent.Changed event) {
                log.accept(event.result().change().id() + " " + event.result().actuation());
              }
            })
        .build();
  }

  /** Only observe drift, and keep what is no longer desired. */
  public static Reconciler<ManifestSet> observe(TargetBuilder<ManifestSet> target) {
    return target
        .policy(
            SyncPolicy.standard()
                .withPrune(SyncPolicy.Prune.KEEP)
                .withDrift(SyncPolicy.Drift.OBSERVE))
        .build();
  }

  /** A tighter guard, and who may overrule it. */
  public static Reconciler<ManifestSet> confirm(
      TargetBuilder<ManifestSet> target, Approvals removals, Set<ResourceId> byName) {
    return target
        .policy(SyncPolicy.standard().withShrink(new SyncPolicy.Shrink(0.3, 5)))
        .confirmation(PruneConfirmation.approved(removals).or(PruneConfirmation.of(byName)))
        .build();
  }

  /** A budget with a limit for a kind, which an approval of the plan overrules. */
  public static Reconciler<ManifestSet> budget(
      TargetBuilder<ManifestSet> target, Approvals approvals) {
    return target
        .gate(new PruneBudget(20, 0.25).atMost(0, "StatefulSet").orApproved(approvals))
        .build();
  }

  /** What was removed, back again: the revision that had removed it. */
  public static String restore(
      KubernetesDestination cluster, TargetId target, ResourceId wanted, OperationContext context) {
    for (Tombstone lost : cluster.tombstones(target, context)) {
      if (lost.id().equals(wanted)) {
        cluster.restoreObject(target, lost, context);
        return lost.revision();
      }
    }
    throw new NoSuchElementException(wanted + " is not kept");
  }

  /** All that a target owns, removed. */
  public static ReconcileOutcome removeAll(
      SourceProvider source, KubernetesDestination cluster, Set<ResourceId> data) {
    return GitOps.target("shop")
        .source(source)
        .renderer(ManifestRenderer.nothing())
        .destination(cluster)
        .policy(SyncPolicy.standard().withEmpty(SyncPolicy.Empty.ALLOW))
        .confirmation(PruneConfirmation.of(data))
        .build()
        .reconcile();
  }

  /** What a Flux Kustomization owned becomes a target's, and nothing of it is left behind. */
  public static ReconcileOutcome succeed(
      KubernetesDestination cluster, Reconciler<ManifestSet> shop, OperationContext context) {
    var former = new FormerOwner(FormerOwner.Tool.FLUX_KUSTOMIZATION, "flux-system", "shop");
    cluster.takeOver(shop.target(), former, context);
    return shop.plan(context);
  }

  /** Who has the last word on single fields. */
  public static KubernetesConfig conflicts(Path kubeconfig) {
    var config =
        KubernetesConfig.builder(kubeconfig)
            .conflicts(
                ConflictPolicy.FORCE,
                List.of(
                    new ConflictRule(
                        "apps", "Deployment", "", "", "/spec/replicas", ConflictPolicy.YIELD),
                    new ConflictRule(
                        "", "ConfigMap", "shop", "settings", "data", ConflictPolicy.FAIL)))
            .build();
    return config;
  }

  /** Rules of one's own for the health of some kinds. */
  public static KubernetesConfig health(KubernetesConfig.Access access, String healthLua) {
    return KubernetesConfig.builder(access)
        .healthChecks(
            List.of(
                new HealthCheck.Code("example.com", "Widget", new WidgetHealth()),
                new HealthCheck.Expressions(
                    "example.com/v1",
                    "Gadget",
                    "status.phase == 'Up'",
                    "status.phase == 'Moving'",
                    "quantity(status.used).isGreaterThan(quantity('1Ti'))"),
                new HealthCheck.Script("*.example.com", "*", healthLua)))
        .build();
  }

  /** A source by its name. */
  public static SourceProvider byName(ClassLoader loader, GitConfig config) {
    SourceProvider source = Providers.visibleTo(loader).source("git", config);
    return source;
  }

  /** A Terraform directory as a target. */
  public static Reconciler<TerraformWorkspace> terraform(
      SourceProvider source, Path folder, Sensitive<byte[]> planKey, Approvals approvals) {
    var cloud = TerraformDestination.open(TerraformConfig.builder(folder, planKey).build());
    var network =
        GitOps.target("network")
            .source(source)
            .renderer(TerraformRenderer.builder("infra").variable("size", "16").build())
            .destination(cloud)
            .gate(Gate.onlyFrom("main"))
            .gate(Gate.approval(approvals));
    return network.build();
  }

  /** A plan as text for reviewers. */
  public static String review(Plan<ManifestSet> plan, Destination<ManifestSet> destination) {
    StringBuilder text = new StringBuilder();
    for (Change change : plan.changes()) {
      text.append(destination.differ().unified(plan, change, OperationContext.create()));
    }
    return text.toString();
  }

  /** Fields that others may set, as two tools write them, and one normalizer less. */
  public static KubernetesConfig ignore(KubernetesConfig.Access access, byte[] fluxIgnore) {
    List<IgnoreRule> rules = new ArrayList<>(FluxIgnore.read("ignore.yaml", fluxIgnore));
    rules.add(
        new IgnoreRule(
            "apps", "*", "", "", List.of("/spec/replicas"), List.of(), List.of("scaler")));
    KubernetesConfig config =
        KubernetesConfig.builder(access)
            .ignoreDifferences(rules)
            .normalizers(EnumSet.complementOf(EnumSet.of(Normalizer.CA_BUNDLES)))
            .build();
    return config;
  }

  /** Changes at their times only. */
  public static Reconciler<ManifestSet> windows(TargetBuilder<ManifestSet> target) {
    ZoneId zone = ZoneId.of("Europe/Berlin");
    var nights = SyncWindow.allow("0 22 * * mon-fri", zone, Duration.ofHours(6));
    var freeze = SyncWindow.deny("0 0 20 12 *", zone, Duration.ofDays(14));
    return target
        .gate(
            new SyncWindows(
                List.of(nights.forActions(Set.of(Action.DELETE)), freeze), Clock.systemUTC()))
        .build();
  }

  /** Some things only. */
  public static ReconcileOutcome selected(
      Reconciler<ManifestSet> reconciler, OperationContext context) {
    ReconcileOutcome outcome =
        reconciler.reconcile(context, Selection.of(List.of("apps:Deployment:web")));
    return outcome;
  }

  /** Rules of your own for what may be touched. */
  public static KubernetesConfig permissions(KubernetesConfig.Access access) {
    var config =
        KubernetesConfig.builder(access)
            .permissions(
                id ->
                    id.namespace().startsWith("team-")
                        ? Optional.empty()
                        : Optional.of("only namespaces team-* are ours: ask the platform team"))
            .build();
    return config;
  }

  /** An application under the rules of its project. */
  public static KubernetesConfig project(
      KubernetesCluster cluster, Application application, byte[] projectYaml) {
    AppProject project = AppProject.read("project.yaml", projectYaml);
    PlacedApplication placed = application.at(cluster.server()).under(project);
    var config = placed.configure(KubernetesConfig.builder(new SharedCluster(cluster)));
    return config.build();
  }

  /** What a target owns and what that made, and whether it is there yet. */
  public static void follow(
      Destination<?> destination,
      TargetId target,
      OperationContext context,
      Consumer<String> show) {
    HealthTree tree = destination.health().tree(target, context);
    tree.roots().forEach(root -> show.accept(root.id() + " " + root.health().status().word()));
    tree.unseen().forEach(show);
    try (HealthWatch watch = destination.health().watch(target)) {
      while (tree.health().status() == HealthStatus.PROGRESSING) {
        show.accept("not there yet");
        tree = watch.next(Duration.ofSeconds(30), context).orElse(tree);
      }
    }
  }

  /** Kubernetes Events. */
  public static TargetBuilder<ManifestSet> events(
      KubernetesCluster cluster, Executor executor, TargetBuilder<ManifestSet> target) {
    KubernetesEvents events =
        KubernetesEvents.builder(cluster, executor)
            .about(
                t ->
                    new KubernetesEvents.Owner(
                        "argoproj.io/v1alpha1", "Application", "argocd", t.name()))
            .aboutObjects()
            .build();
    return target.listener(events);
  }

  static void watched(
      Path kubeconfig,
      ScheduledExecutorService timer,
      Consumer<TargetId> moved,
      Consumer<KubernetesDestination> work) {
    try (KubernetesCluster cluster =
            KubernetesCluster.builder(new KubeconfigFile(kubeconfig)).watch(timer).connect();
        KubernetesDestination destination =
            KubernetesDestination.connect(
                KubernetesConfig.builder(new SharedCluster(cluster)).namespace("shop").build())) {
      destination.watch((target, thing) -> moved.accept(target));
      work.accept(destination);
    }
  }

  static KubernetesConfig.Access plugins(Path kubeconfig, Set<String> ours) {
    var plugins =
        ExecPlugins.none()
            .allow("kubelogin", Path.of("/usr/local/bin/kubelogin"))
            .allowFromPath("aws")
            .passing("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")
            .onlyIf(
                call ->
                    ours.contains(call.server())
                        ? Optional.empty()
                        : Optional.of("its credential would go to " + call.server()));
    var access = new KubeconfigFile(kubeconfig, Optional.empty(), Set.of(), plugins);
    return access;
  }

  static KubernetesConfig cluster(
      KubernetesCluster hub, Application application, AppProject project, ExecPlugins plugins) {
    Clusters clusters = Clusters.list(hub, "argocd", OperationContext.create());
    PlacedApplication placed = clusters.place(application).under(project);
    var access = placed.access(new SharedCluster(hub), Set.of(), plugins);
    var config = placed.configure(KubernetesConfig.builder(access));
    return config.build();
  }

  static KubernetesConfig.Access remote(byte[] secretYaml, ExecPlugins plugins) {
    var access = FluxKubeConfig.secret("remote.yaml", secretYaml, Optional.empty(), plugins);
    return access;
  }

  /** An Argo CD Application, as a target of this process. */
  static ReconcileOutcome application(Path file, Path kubeconfig, Path cache) throws IOException {
    Application application = Application.read(file.toString(), Files.readAllBytes(file));
    var access = new KubeconfigFile(kubeconfig, application.context());
    try (var cluster = KubernetesCluster.builder(access).connect()) {
      PlacedApplication placed = application.at(cluster.server());
      var config = placed.configure(KubernetesConfig.builder(new SharedCluster(cluster)));
      try (var source =
              GitSource.builder(application.repoUrl())
                  .reference(application.targetRevision())
                  .cacheDirectory(cache)
                  .build();
          var destination = KubernetesDestination.connect(config.build())) {
        var target =
            GitOps.target(application.targetName())
                .source(source)
                .renderer(application.renderer())
                .destination(destination);
        return placed
            .configure(target)
            .build()
            .reconcile(OperationContext.create().withTrigger(Trigger.MANUAL));
      }
    }
  }
}
