package io.gitops4j.k8s.internal.order;

import io.gitops4j.k8s.internal.order.SyncState.Status;
import io.gitops4j.k8s.internal.order.SyncTask.Standing;
import io.gitops4j.k8s.internal.order.SyncTask.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what a sync does next. Pure: no clock, no request, no thread.
 *
 * <p>A failure starts nothing new. What was started is heard out, hooks to their end; then what is
 * meant for a failure runs, and the sync ends.
 */
public final class SyncMachine {
  private final SyncGraph graph;
  private final Status[] status;
  private final int[] unmet;
  private final List<SyncAction> actions = new ArrayList<>();
  private int active;
  private boolean failing;
  private boolean ended;

  private SyncMachine(SyncState state) {
    graph = state.graph;
    status = state.status.clone();
    unmet = state.unmet.clone();
    active = state.active;
    failing = state.failing;
    ended = state.ended;
  }

  /** What follows from events: the next state and what is to be done. */
  public record Decision(SyncState state, List<SyncAction> actions) {
    /** Copies the actions. */
    public Decision {
      actions = List.copyOf(actions);
    }
  }

  /**
   * Decides.
   *
   * @param events one after the other
   * @throws IllegalStateException when one cannot happen in this state
   */
  public static Decision decide(SyncState state, List<? extends SyncEvent> events) {
    SyncMachine machine = new SyncMachine(state);
    for (SyncEvent event : events) {
      machine.take(event);
      machine.conclude();
    }
    return new Decision(
        new SyncState(
            machine.graph,
            machine.status,
            machine.unmet,
            machine.active,
            machine.failing,
            machine.ended),
        machine.actions);
  }

  private void take(SyncEvent event) {
    if (ended) {
      throw new IllegalStateException("the sync ended before " + event);
    }
    if (event instanceof SyncEvent.Begun) {
      for (int i = 0; i < status.length; i++) {
        if (unmet[i] == 0 && status[i] == Status.WAITING && i != graph.gate()) {
          ready(i);
        }
      }
    } else if (event instanceof SyncEvent.Written written) {
      expect(written.task(), Status.STARTED, event);
      written(written.task());
    } else if (event instanceof SyncEvent.Settled settled) {
      expect(settled.task(), Status.AWAITED, event);
      active--;
      settle(settled.task());
    } else if (event instanceof SyncEvent.Failed failed) {
      fail(failed.task(), event);
    }
  }

  private void expect(int task, Status expected, SyncEvent event) {
    if (status[task] != expected) {
      throw new IllegalStateException(event + " though it is " + status[task]);
    }
  }

  /** Nothing that this node waited for is left. */
  private void ready(int node) {
    if (node >= graph.tasks().size()) {
      settle(node);
      return;
    }
    SyncTask task = graph.tasks().get(node);
    if (task.standing() == Standing.SETTLED) {
      settle(node);
    } else if (failing && task.phase() != Phase.SYNC_FAIL) {
      return;
    } else if (task.standing() == Standing.WRITTEN) {
      active++;
      written(node);
    } else {
      active++;
      status[node] = Status.STARTED;
      actions.add(new SyncAction.Start(node));
    }
  }

  /** It stays active when it must be waited for. */
  private void written(int task) {
    boolean forgotten = failing && graph.tasks().get(task).work() != Work.HOOK;
    if (graph.awaited(task) && !forgotten) {
      status[task] = Status.AWAITED;
      actions.add(new SyncAction.Await(task));
      follow(task, false);
    } else {
      active--;
      status[task] = Status.AWAITED;
      follow(task, false);
      settle(task);
    }
  }

  private void settle(int node) {
    boolean announced = status[node] == Status.AWAITED;
    status[node] = Status.SETTLED;
    if (!announced) {
      follow(node, false);
    }
    follow(node, true);
  }

  private void follow(int node, boolean settled) {
    for (Edge edge : graph.following(node)) {
      if (edge.settled() == settled && --unmet[edge.waiting()] == 0) {
        ready(edge.waiting());
      }
    }
  }

  private void fail(int task, SyncEvent event) {
    if (status[task] != Status.STARTED && status[task] != Status.AWAITED) {
      throw new IllegalStateException(event + " though it is " + status[task]);
    }
    status[task] = Status.FAILED;
    active--;
    failing = true;
    for (int i = 0; i < graph.tasks().size(); i++) {
      if (status[i] == Status.AWAITED && graph.tasks().get(i).work() != Work.HOOK) {
        status[i] = Status.SETTLED;
        active--;
        actions.add(new SyncAction.Forget(i));
      }
    }
  }

  private void conclude() {
    if (active > 0) {
      return;
    }
    if (failing && status[graph.gate()] == Status.WAITING) {
      settle(graph.gate());
    }
    if (active > 0) {
      return;
    }
    for (int i = 0; i < graph.tasks().size(); i++) {
      if (status[i] == Status.WAITING) {
        actions.add(new SyncAction.Skip(i));
      }
    }
    ended = true;
    actions.add(new SyncAction.End(!failing));
  }
}
