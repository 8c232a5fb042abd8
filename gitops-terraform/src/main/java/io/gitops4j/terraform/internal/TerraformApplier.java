package io.gitops4j.terraform.internal;

import io.gitops4j.apply.Applier;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.ApplyException;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformWorkspace;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Consumer;

/** Applies the saved plan file that a plan's id names, and no other. */
public final class TerraformApplier implements Applier<TerraformWorkspace> {
  private final TerraformConfig config;
  private final Tool tool;
  private final PlanVault vault;

  /** Works with the given program. */
  public TerraformApplier(TerraformConfig config, Tool tool, Clock clock) {
    this.config = config;
    this.tool = tool;
    this.vault = new PlanVault(config, clock);
  }

  @Override
  public Class<TerraformWorkspace> desiredType() {
    return TerraformWorkspace.class;
  }

  @Override
  public Outcome apply(
      Plan<TerraformWorkspace> plan, Consumer<ChangeResult> progress, OperationContext context) {
    context.checkActive(Stage.APPLY);
    TerraformWorkspace desired = plan.desired();
    String subject = plan.target().name();
    try (Workbench bench =
        Workbench.open(config, tool, plan.target(), desired, Stage.APPLY, context)) {
      PlanVault.Stored stored =
          vault
              .get(bench.folder())
              .filter(s -> s.id().equals(plan.id()))
              .orElseThrow(
                  () ->
                      new ApplyException(
                          "TERRAFORM-PLAN-GONE",
                          Retryability.RETRY,
                          subject,
                          "plan "
                              + plan.id()
                              + " is not stored any more: it expired, or a newer"
                              + " one took its place",
                          "the next pass plans again",
                          null));
      ApplyProgress results = new ApplyProgress(plan, progress);
      bench.unsettle();
      try {
        bench.apply(stored, results::take);
        results.complete();
        bench.place().met(subject, results.nothingLeft());
        bench.settle(
            Workbench.settledAs(
                desired.digest(),
                ShownPlan.NO_DRIFT,
                bench.read(stored).given(),
                bench.stateVersion()));
      } catch (GitOpsException e) {
        if (!results.begun()) {
          throw e;
        }
        results.end(e.failure());
        bench.place().met(subject, results.nothingLeft());
        if (results.outcome().complete()) {
          throw e; // all was done, and yet it failed: the state could not be stored
        }
      } finally {
        // A plan file is good for one apply, whatever came of it.
        vault.remove(bench.folder());
      }
      return results.outcome();
    } catch (IOException e) {
      throw new ApplyException(
          "TERRAFORM-IO",
          Retryability.RETRY,
          subject,
          "its working folder failed: " + e.getMessage(),
          "look at the disk of " + config.folder(),
          e);
    }
  }
}
