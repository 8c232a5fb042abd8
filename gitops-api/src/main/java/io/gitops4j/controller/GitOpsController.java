package io.gitops4j.controller;

import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.Rollback;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps many targets in sync: at intervals, when something moves, and when somebody asks. Runs on
 * the executors it is lent and starts no thread. Thread-safe.
 */
public final class GitOpsController {
  private final Map<TargetId, ScheduledTarget> targets;
  private final Engine engine;

  GitOpsController(Map<TargetId, ScheduledTarget> targets, Engine engine) {
    this.targets = targets;
    this.engine = engine;
  }

  /**
   * Begins to describe a controller.
   *
   * @return a builder
   */
  public static ControllerBuilder builder() {
    return new ControllerBuilder();
  }

  /**
   * Begins. Every target that this replica may write is due at once. Nothing runs before; what was
   * suspended or asked for until then is remembered.
   *
   * @throws IllegalStateException when it was started before
   */
  public void start() {
    engine.start();
  }

  /**
   * Asks for a pass now. Ends a quarantine, and heals again what was fought over. Of several
   * replicas only the one that writes the target runs passes: ask all of them.
   *
   * @param target which; a suspended one runs when it is resumed
   * @throws IllegalArgumentException when there is no such target
   */
  public void trigger(TargetId target) {
    engine.post(new BoardEvent.Triggered(List.of(known(target)), Cause.REQUEST));
  }

  /**
   * Tells that a plan which waits was approved: asks for a pass now, as time would. It is nobody's
   * request, so that it makes the same plan again where gates or policies let more through for
   * {@link #trigger}.
   *
   * @param target which
   * @throws IllegalArgumentException when there is no such target
   */
  public void approved(TargetId target) {
    engine.post(new BoardEvent.Triggered(List.of(known(target)), Cause.INPUT));
  }

  /**
   * Tells that a repository may have moved, as a webhook does. Its targets look; a revision that
   * failed before is not tried again because of it. Of several replicas each looks for those that
   * it writes: tell all of them.
   *
   * @param address of the repository, in any of the ways to write it
   * @return how many targets look: neither those that another replica writes nor suspended ones
   */
  public int triggerRepository(String address) {
    String wanted = RepositoryAddress.of(address);
    List<TargetId> hinted =
        targets.values().stream()
            .map(ScheduledTarget::rules)
            .filter(r -> r.repository().map(RepositoryAddress::of).equals(Optional.of(wanted)))
            .map(Rules::id)
            .toList();
    engine.post(new BoardEvent.Triggered(hinted, Cause.REPOSITORY));
    return engine.look(
        b -> (int) hinted.stream().map(b::state).filter(TargetState::runnable).count());
  }

  /**
   * Runs no more passes of a target until it is resumed; a running one ends by itself.
   *
   * @param target which
   * @throws IllegalArgumentException when there is no such target
   */
  public void suspend(TargetId target) {
    engine.post(new BoardEvent.Suspended(known(target)));
  }

  /**
   * Runs passes of a suspended target again, the first one now.
   *
   * @param target which
   * @throws IllegalArgumentException when there is no such target
   */
  public void resume(TargetId target) {
    engine.post(new BoardEvent.Resumed(known(target)));
  }

  /**
   * Pins a target to an earlier revision, and asks for a pass that goes back to it. Any replica may
   * do so: the one that writes the target obeys. A running pass waits no more for another revision
   * to become well.
   *
   * @param target which
   * @param wish which revision, and for how long
   * @param context of the call
   * @return the pin
   * @throws IllegalArgumentException when there is no such target
   * @throws io.gitops4j.error.GitOpsException when the revision cannot be had, or the pin cannot be
   *     kept; nothing happens then
   */
  public Pin rollback(TargetId target, Rollback wish, OperationContext context) {
    Pin pin = engine.reconciler(known(target)).pin(wish, context);
    trigger(target);
    return pin;
  }

  /**
   * Ends a pin, and asks for a pass that follows the source again.
   *
   * @param target which
   * @param context of the call
   * @return the pin that held; empty when there was none
   * @throws IllegalArgumentException when there is no such target
   * @throws io.gitops4j.error.GitOpsException when it cannot be removed
   */
  public Optional<Pin> release(TargetId target, OperationContext context) {
    Optional<Pin> pin = engine.reconciler(known(target)).release(context);
    trigger(target);
    return pin;
  }

  /**
   * How a target stands.
   *
   * @param target which
   * @return its status right now
   * @throws IllegalArgumentException when there is no such target
   */
  public TargetStatus status(TargetId target) {
    return engine.look(b -> TargetStatus.of(b.state(target), engine.now()));
  }

  /**
   * How all targets stand.
   *
   * @return a status for each, in the order they were added
   */
  public List<TargetStatus> statuses() {
    return engine.look(
        b ->
            targets.keySet().stream().map(t -> TargetStatus.of(b.state(t), engine.now())).toList());
  }

  /**
   * Ends. No new pass begins; running ones may finish until the limit, then they are cancelled,
   * which ends them before their next write. So does a look at a source. Leases are given back.
   *
   * @param limit how long to wait for running passes and looks, zero to cancel at once
   * @return whether all of them ended, and listeners were told what followed; no pass begins
   *     afterwards. What still runs 10 seconds after it was cancelled ignores it
   */
  public boolean stop(Duration limit) {
    return engine.stop(limit);
  }

  private TargetId known(TargetId target) {
    return engine.look(b -> b.state(target).rules.id());
  }
}
