package io.gitops4j.terraform;

import io.gitops4j.apply.Applier;
import io.gitops4j.diff.Differ;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.inventory.InventoryReader;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.reconcile.PinStore;
import io.gitops4j.render.Output;
import io.gitops4j.render.Outputs;
import io.gitops4j.terraform.internal.FileHistoryStore;
import io.gitops4j.terraform.internal.FilePinStore;
import io.gitops4j.terraform.internal.StateInspector;
import io.gitops4j.terraform.internal.TerraformApplier;
import io.gitops4j.terraform.internal.TerraformDiffer;
import io.gitops4j.terraform.internal.Tool;
import java.time.Clock;
import java.util.Map;

/**
 * What Terraform or OpenTofu manages: compared by the program's plan, written by applying exactly
 * that saved plan. The state is the inventory. Thread-safe; targets may share one.
 */
public final class TerraformDestination implements Destination<TerraformWorkspace> {
  private final TerraformDiffer differ;
  private final TerraformApplier applier;
  private final StateInspector state;
  private final HistoryStore history;
  private final PinStore pins;

  private TerraformDestination(TerraformConfig config) {
    Tool tool = new Tool(config);
    differ = new TerraformDiffer(config, tool, Clock.systemUTC());
    applier = new TerraformApplier(config, tool, Clock.systemUTC());
    state = new StateInspector(config, tool);
    history = new FileHistoryStore(config);
    pins = new FilePinStore(config);
  }

  /**
   * Makes a destination; runs nothing yet.
   *
   * @param config which program works, where, and with what
   * @return the destination; the caller closes it
   * @throws io.gitops4j.error.ConfigurationException when the program is not there
   */
  public static TerraformDestination open(TerraformConfig config) {
    return new TerraformDestination(config);
  }

  /**
   * The outputs of a target's root module, as last applied.
   *
   * @param target whose
   * @param context of the pass
   * @return the outputs by name; none before the first apply
   * @throws io.gitops4j.error.InventoryException when the state cannot be read
   */
  public Map<String, Output> outputs(TargetId target, OperationContext context) {
    return state.outputs(target, context);
  }

  /**
   * The outputs of a target, to flow on to another one.
   *
   * @param target whose
   * @return reads them when it is asked, by running the program
   */
  public Outputs outputsOf(TargetId target) {
    return context -> outputs(target, context);
  }

  /**
   * Opens the lock of a state whose holder is dead. A lock that a killed run of this library left
   * on this machine is opened without being asked; any other only by this call.
   *
   * @param target whose state
   * @param lockId of the lock: {@link StateLockedException#LOCK_ID} of the details of the failure
   *     that a pass ended with
   * @param context of the pass
   * @throws io.gitops4j.error.InventoryException when the lock is another, or cannot be opened
   */
  public void forceUnlock(TargetId target, String lockId, OperationContext context) {
    state.forceUnlock(target, lockId, context);
  }

  @Override
  public Differ<TerraformWorkspace> differ() {
    return differ;
  }

  @Override
  public Applier<TerraformWorkspace> applier() {
    return applier;
  }

  @Override
  public InventoryReader inventory() {
    return state;
  }

  @Override
  public HealthAssessor health() {
    return state;
  }

  @Override
  public HistoryStore history() {
    return history;
  }

  @Override
  public PinStore pins() {
    return pins;
  }

  /** Holds nothing open. */
  @Override
  public void close() {
    // The working folders stay for the next one.
  }
}
