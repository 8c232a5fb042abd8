package io.gitops4j.k8s.internal.order;

/** What happened during a sync. */
public sealed interface SyncEvent {
  /** It begins. */
  record Begun() implements SyncEvent {}

  /** A task's object was written, its hook started, its removal accepted. */
  record Written(int task) implements SyncEvent {}

  /** A task's object is well or gone, its hook succeeded. */
  record Settled(int task) implements SyncEvent {}

  /** A task could not be done, or took too long, or ended badly. */
  record Failed(int task) implements SyncEvent {}
}
