package io.gitops4j.k8s.internal.order;

/** What is to be done next. */
public sealed interface SyncAction {
  /** Write, remove or run what the task says; answered by written or failed. */
  record Start(int task) implements SyncAction {}

  /** Wait until the task's object is well or gone; answered by settled or failed. */
  record Await(int task) implements SyncAction {}

  /** Wait no longer: nobody needs to know any more. */
  record Forget(int task) implements SyncAction {}

  /** Told once for each task that will never be started. */
  record Skip(int task) implements SyncAction {}

  /** All is done; nothing follows. */
  record End(boolean succeeded) implements SyncAction {}
}
