package io.gitops4j.terraform.testing;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One target with one file of configuration; every pass is as after a restart. */
public final class OneTarget {
  private final InMemorySource source = new InMemorySource();
  private final Path folder;
  private final String name;
  private final UnaryOperator<TerraformConfig.Builder> config;

  /**
   * Runs nothing yet.
   *
   * @param folder where the destination works
   * @param name of the target
   */
  public OneTarget(Path folder, String name) {
    this(folder, name, c -> c);
  }

  /**
   * Runs nothing yet.
   *
   * @param folder where the destination works
   * @param name of the target
   * @param config says more of the destination
   */
  public OneTarget(Path folder, String name, UnaryOperator<TerraformConfig.Builder> config) {
    this.folder = folder;
    this.name = name;
    this.config = config;
  }

  /** Commits the root module. */
  public OneTarget commit(String configuration) {
    source.commit("change", Map.of("infra/main.tf", configuration));
    return this;
  }

  /** A pass with the defaults. */
  public ReconcileOutcome pass() {
    return pass(t -> t);
  }

  /** A pass with more than the defaults. */
  public ReconcileOutcome pass(UnaryOperator<TargetBuilder<TerraformWorkspace>> more) {
    return pass(TerraformRenderer.path("infra"), more);
  }

  /** A pass with another renderer. */
  public ReconcileOutcome pass(
      TerraformRenderer renderer, UnaryOperator<TargetBuilder<TerraformWorkspace>> more) {
    return more.apply(
            GitOps.target(name).source(source).renderer(renderer).destination(destination()))
        .build()
        .reconcile();
  }

  /** A pass that can be cancelled. */
  public ReconcileOutcome pass(OperationContext context) {
    return GitOps.target(name)
        .source(source)
        .renderer(TerraformRenderer.path("infra"))
        .destination(destination())
        .build()
        .reconcile(context);
  }

  /** What every pass works with. */
  public TerraformDestination destination() {
    return TerraformDestination.open(
        config
            .apply(
                TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
                    .binary(TerraformPrograms.any())
                    .lockTimeout(Duration.ofSeconds(2)))
            .build());
  }

  /** What a configuration is rendered to. */
  public static TerraformWorkspace workspace(String configuration) {
    Snapshot snapshot = InMemorySource.holding(Map.of("infra/main.tf", configuration)).snapshot();
    return TerraformRenderer.path("infra").render(snapshot, OperationContext.create());
  }

  /** Whether a provisioner of a program of this process is at its {@code sleep}. */
  public static boolean sleeping() {
    return ProcessHandle.current()
        .descendants()
        .anyMatch(p -> p.info().commandLine().orElse("").matches("(?s).*\\bsleep \\d+.*"));
  }

  /** Kills a program, and what it started: its provisioner would outlive it. */
  public static void kill(ProcessHandle program) {
    List<ProcessHandle> started = program.descendants().toList();
    program.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
