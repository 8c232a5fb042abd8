package io.gitops4j.terraform.internal;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Differ;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformWorkspace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Compares by the program's own plan. While nothing changed that costs one refresh-only plan; a
 * plan that waits for its approval costs the same, and stays what it was as long as state and
 * reality do.
 */
public final class TerraformDiffer implements Differ<TerraformWorkspace> {
  private final TerraformConfig config;
  private final Tool tool;
  private final PlanVault vault;

  /** Works with the given program. */
  public TerraformDiffer(TerraformConfig config, Tool tool, java.time.Clock clock) {
    this.config = config;
    this.tool = tool;
    this.vault = new PlanVault(config, clock);
  }

  @Override
  public Class<TerraformWorkspace> desiredType() {
    return TerraformWorkspace.class;
  }

  @Override
  public Plan<TerraformWorkspace> diff(
      TerraformWorkspace desired, TargetId target, OperationContext context) {
    context.checkActive(Stage.DIFF);
    try (Workbench bench = Workbench.open(config, tool, target, desired, Stage.DIFF, context)) {
      Optional<String> settled = bench.settled();
      Optional<PlanVault.Stored> stored =
          vault.get(bench.folder()).filter(s -> s.inputs().equals(desired.digest()));
      boolean known = settled.filter(s -> s.startsWith(desired.digest().toString())).isPresent();
      Optional<ShownPlan> quiet = Optional.empty();
      if (known || stored.isPresent()) {
        ShownPlan now = bench.plan(List.of("-refresh-only")).plan();
        quiet = Optional.of(now);
        // A state that somebody else moved is compared anew, though nothing drifted from it.
        if (settled.equals(Optional.of(settledAs(desired, now, now)))) {
          return inSync(desired, target, now);
        }
        if (stored.isPresent()) {
          ShownPlan before = bench.read(stored.get());
          if (before.stateVersion().equals(now.stateVersion())
              && before.drift().equals(now.drift())
              && before.isGivenAsIn(now)) {
            return plan(desired, target, before);
          }
        }
      }
      return planAnew(bench, desired, target, quiet);
    } catch (IOException e) {
      throw new DiffException(
          "TERRAFORM-IO",
          Retryability.RETRY,
          target.name(),
          "its working folder failed: " + e.getMessage(),
          "look at the disk of " + config.folder(),
          e);
    }
  }

  private Plan<TerraformWorkspace> planAnew(
      Workbench bench, TerraformWorkspace desired, TargetId target, Optional<ShownPlan> quiet)
      throws IOException {
    Workbench.Planned planned = bench.plan(desired.isEmpty() ? List.of("-destroy") : List.of());
    Plan<TerraformWorkspace> plan = plan(desired, target, planned.plan());
    if (plan.inSync()) {
      // The next pass compares a refresh-only plan, which may read more than a whole one.
      ShownPlan given = quiet.filter(planned.plan()::isGivenAsIn).orElse(planned.plan());
      bench.settle(settledAs(desired, planned.plan(), given));
      vault.remove(bench.folder());
    } else {
      bench.unsettle();
      vault.put(bench.folder(), plan.id(), desired.digest(), planned.file(), planned.shown());
    }
    return plan;
  }

  private static String settledAs(TerraformWorkspace desired, ShownPlan shown, ShownPlan given) {
    return Workbench.settledAs(
        desired.digest(), shown.drift(), given.given(), shown.stateVersion());
  }

  private static Plan<TerraformWorkspace> plan(
      TerraformWorkspace desired, TargetId target, ShownPlan shown) {
    return Plan.of(target, desired, shown.inventory(), shown.changes(), shown.basis());
  }

  private static Plan<TerraformWorkspace> inSync(
      TerraformWorkspace desired, TargetId target, ShownPlan shown) {
    Inventory inventory = shown.inventory();
    List<Change> changes =
        inventory.entries().keySet().stream()
            .map(
                id ->
                    new Change(
                        id,
                        Action.NONE,
                        Reason.IN_SYNC,
                        List.of(),
                        Optional.empty(),
                        Health.of(HealthStatus.HEALTHY),
                        ""))
            .toList();
    return Plan.of(target, desired, inventory, changes, shown.basis());
  }
}
