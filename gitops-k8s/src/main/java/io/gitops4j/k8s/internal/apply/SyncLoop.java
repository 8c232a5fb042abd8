package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.order.SyncAction;
import io.gitops4j.k8s.internal.order.SyncEvent;
import io.gitops4j.k8s.internal.order.SyncGraph;
import io.gitops4j.k8s.internal.order.SyncMachine;
import io.gitops4j.k8s.internal.order.SyncState;
import java.util.ArrayList;
import java.util.List;

/** Does what {@link SyncMachine} decides, and tells it what came of it. For one thread. */
final class SyncLoop {
  /** What can be done to tasks, which are told by their number. */
  interface Hands {
    /** Starts some at once; one event for each. */
    List<SyncEvent> start(List<Integer> tasks);

    /** Waits for a task from now on. */
    void await(int task);

    /** Waits for it no longer. */
    void forget(int task);

    /** Until something came of what is waited for: at least one event. */
    List<SyncEvent> look();

    /** It will never be started. */
    void skip(int task);
  }

  private final Hands hands;
  private SyncState state;
  private final List<Integer> starting = new ArrayList<>();

  private SyncLoop(SyncGraph graph, Hands hands) {
    this.state = SyncState.of(graph);
    this.hands = hands;
  }

  /** Runs to the end; whether all went well. */
  static boolean run(SyncGraph graph, Hands hands) {
    return new SyncLoop(graph, hands).run();
  }

  private boolean run() {
    decide(List.of(new SyncEvent.Begun()));
    while (!state.ended()) {
      if (starting.isEmpty()) {
        decide(hands.look());
      } else {
        List<Integer> batch = List.copyOf(starting);
        starting.clear();
        decide(hands.start(batch));
      }
    }
    return !state.failing();
  }

  private void decide(List<? extends SyncEvent> events) {
    SyncMachine.Decision decision = SyncMachine.decide(state, events);
    state = decision.state();
    for (SyncAction action : decision.actions()) {
      if (action instanceof SyncAction.Start start) {
        starting.add(start.task());
      } else if (action instanceof SyncAction.Await await) {
        hands.await(await.task());
      } else if (action instanceof SyncAction.Forget forget) {
        hands.forget(forget.task());
      } else if (action instanceof SyncAction.Skip skip) {
        hands.skip(skip.task());
      }
    }
  }
}
