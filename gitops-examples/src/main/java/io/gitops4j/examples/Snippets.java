package io.gitops4j.examples;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.diff.PlanId;
import io.gitops4j.gate.Approvals;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.PruneBudget;
import io.gitops4j.git.GitConfig;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.HealthRule;
import io.gitops4j.k8s.KubernetesConfig;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.reconcile.SyncPolicy;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.spi.Providers;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What the pages of docs quote. */
public final class Snippets {
  private Snippets() {}

  /** A budget, and an approval by plan id. */
  public static Reconciler<ManifestSet> gates(
      TargetBuilder<ManifestSet> target, Set<PlanId> approved) {
    return target
        .gate(new PruneBudget(20, 0.25))
        .gate(Gate.approval((id, plan) -> approved.contains(plan)))
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

  /** Rules of one's own for the health of some kinds. */
  public static KubernetesConfig health(
      KubernetesConfig.Access access, HealthRule rule, String healthLua) {
    return KubernetesConfig.builder(access)
        .healthChecks(
            List.of(
                new HealthCheck.Code("example.com", "Widget", rule),
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
}
