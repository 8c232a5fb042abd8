package io.gitops4j.k8s.internal.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.internal.order.SyncTask.Standing;
import io.gitops4j.k8s.internal.order.SyncTask.Work;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/**
 * Random syncs, in which everything may happen in any order, fail, take too long, or be cut off by
 * the end of the process and begin anew from what was recorded.
 */
class SyncMachineModelTest {
  /** How likely each thing is, in percent. */
  record World(long seed, int failures, int crashes) {}

  @Property(tries = 3000)
  @Label("no interleaving skips a hook, runs one twice, begins after a failure, or waits for ever")
  void model(@ForAll("syncs") List<SyncTask> tasks, @ForAll("worlds") World world) {
    try {
      SyncGraph.of(tasks);
    } catch (DiffException cycle) {
      Statistics.collect("cycle");
      assertThat(cycle).hasMessageContaining("waits for");
      return;
    }
    Model model = new Model(tasks, world);

    model.run();

    Statistics.collect(model.succeeded ? "succeeded" : "failed");
    for (int i = 0; i < tasks.size(); i++) {
      boolean afterFailure = tasks.get(i).phase() == Phase.SYNC_FAIL;
      if (tasks.get(i).work() == Work.HOOK && !afterFailure && model.succeeded) {
        assertThat(model.starts.get(i)).as("%s ran once", tasks.get(i)).isEqualTo(1);
      }
      if (afterFailure && model.succeeded && !model.everFailed) {
        assertThat(model.starts).as("%s had no reason to run", tasks.get(i)).doesNotContainKey(i);
      }
    }
    if (model.succeeded) {
      assertThat(model.done).as("everything was done").containsAll(model.tasksOfSuccess());
    }
  }

  @Property(tries = 500)
  @Label("after a failed PreSync hook no object is written, and each SyncFail hook runs once")
  void failingPreSync(@ForAll("syncs") List<SyncTask> random, @ForAll("worlds") World world) {
    List<SyncTask> tasks = new ArrayList<>(random);
    // The namespace of a hook comes before it, so there is none.
    tasks.removeIf(
        t ->
            t.phase() == Phase.PRE_SYNC
                || t.phase() == Phase.PRE_DELETE
                || t.id().kind().equals("Namespace"));
    tasks.add(Tasks.hook("failing", Phase.PRE_SYNC, -9));
    int failing = tasks.size() - 1;
    try {
      SyncGraph.of(tasks);
    } catch (DiffException cycle) {
      return;
    }
    Model model = new Model(tasks, new World(world.seed(), 0, 0));
    model.fails.add(failing);

    model.run();

    assertThat(model.succeeded).isFalse();
    for (int i = 0; i < tasks.size(); i++) {
      if (i != failing) {
        boolean afterFailure = tasks.get(i).phase() == Phase.SYNC_FAIL;
        assertThat(model.starts.getOrDefault(i, 0))
            .as("%s", tasks.get(i))
            .isEqualTo(afterFailure ? 1 : 0);
      }
    }
  }

  @Provide
  Arbitrary<World> worlds() {
    return Combinators.combine(
            Arbitraries.longs(), Arbitraries.of(0, 0, 5, 30), Arbitraries.of(0, 0, 3, 15))
        .as(World::new);
  }

  @Provide
  Arbitrary<List<SyncTask>> syncs() {
    Arbitrary<Integer> waves = Arbitraries.integers().between(-1, 2);
    Arbitrary<SyncTask> hooks =
        Combinators.combine(Arbitraries.of(Phase.values()), waves, Arbitraries.integers())
            .as((phase, wave, n) -> Tasks.hook("h" + n, phase, wave));
    Arbitrary<List<Integer>> dependencies =
        Arbitraries.integers().between(0, 9).list().ofMaxSize(2);
    Arbitrary<SyncTask> objects =
        Combinators.combine(
                Arbitraries.of("ConfigMap", "Deployment", "Namespace"),
                waves,
                dependencies,
                Arbitraries.of(Standing.values()),
                Arbitraries.of(Work.WRITE, Work.WRITE, Work.DELETE),
                Arbitraries.integers().between(0, 9))
            .as(
                (kind, wave, on, standing, work, n) -> {
                  ResourceId[] needs =
                      on.stream()
                          .filter(o -> o != n)
                          .map(o -> new ResourceId("", "ConfigMap", "n", "o" + o))
                          .toArray(ResourceId[]::new);
                  boolean namespace = kind.equals("Namespace");
                  return new SyncTask(
                      new ResourceId("", kind, namespace ? "" : "n", namespace ? "n" : "o" + n),
                      Phase.SYNC,
                      work,
                      work == Work.DELETE ? Standing.OPEN : standing,
                      Tasks.placement(wave, needs));
                });
    return Arbitraries.frequencyOf(Tuple.of(1, hooks), Tuple.of(2, objects))
        .list()
        .ofMaxSize(12)
        .uniqueElements(t -> t.id() + " " + t.phase());
  }

  /** The world around the machine: what is asked for, what was recorded, what came of it. */
  private static final class Model {
    private final List<SyncTask> tasks;
    private final World world;
    private final Random random;
    private final Map<Integer, Integer> starts = new HashMap<>();
    private final Set<Integer> written = new HashSet<>();
    private final Set<Integer> done = new HashSet<>();
    private final Set<Integer> fails = new HashSet<>();
    private boolean succeeded;
    private boolean everFailed;
    private boolean failing;

    /** What survives a crash. */
    private final Map<Integer, Standing> recorded = new HashMap<>();

    Model(List<SyncTask> tasks, World world) {
      this.tasks = tasks;
      this.world = world;
      this.random = new Random(world.seed());
      for (int i = 0; i < tasks.size(); i++) {
        if (tasks.get(i).standing() != Standing.OPEN) {
          written.add(i);
          recorded.put(i, tasks.get(i).standing());
        }
        if (tasks.get(i).standing() == Standing.SETTLED) {
          done.add(i);
        }
      }
    }

    List<Integer> tasksOfSuccess() {
      List<Integer> all = new ArrayList<>();
      for (int i = 0; i < tasks.size(); i++) {
        boolean nobodyAsks = tasks.get(i).standing() == Standing.WRITTEN;
        if (tasks.get(i).phase() != Phase.SYNC_FAIL && !nobodyAsks) {
          all.add(i);
        }
      }
      return all;
    }

    void run() {
      int crashes = 0;
      while (true) {
        boolean crashed = pass(crashes < 5);
        if (!crashed) {
          return;
        }
        crashes++;
      }
    }

    /** One process; true when it was cut off. */
    private boolean pass(boolean mayCrash) {
      failing = false;
      List<SyncTask> now = new ArrayList<>();
      for (int i = 0; i < tasks.size(); i++) {
        now.add(Tasks.standing(tasks.get(i), recorded.getOrDefault(i, Standing.OPEN)));
      }
      SyncGraph graph = SyncGraph.of(now);
      List<SyncAction> open = new ArrayList<>();
      SyncMachine.Decision decision =
          SyncMachine.decide(SyncState.of(graph), List.of(new SyncEvent.Begun()));
      for (int steps = 0; ; steps++) {
        assertThat(steps).as("it ends").isLessThan(10 * tasks.size() + 10);
        for (SyncAction action : decision.actions()) {
          heard(action, graph, open);
        }
        if (decision.state().ended()) {
          assertThat(open).as("nothing is left open at the end").isEmpty();
          succeeded = !decision.state().failing();
          return false;
        }
        assertThat(open).as("it does not wait for ever").isNotEmpty();
        if (mayCrash && random.nextInt(100) < world.crashes()) {
          return true;
        }
        decision =
            SyncMachine.decide(
                decision.state(), List.of(answer(open.remove(random.nextInt(open.size())))));
      }
    }

    private void heard(SyncAction action, SyncGraph graph, List<SyncAction> open) {
      if (action instanceof SyncAction.Start start) {
        int task = start.task();
        assertThat(failing && tasks.get(task).phase() != Phase.SYNC_FAIL)
            .as("%s begins after a failure", tasks.get(task))
            .isFalse();
        if (tasks.get(task).work() == Work.HOOK) {
          assertThat(recorded).as("%s runs twice", tasks.get(task)).doesNotContainKey(task);
          // Written ahead: what is about to be made is recorded before it is.
          recorded.put(task, Standing.WRITTEN);
        }
        starts.merge(task, 1, Integer::sum);
        for (int i = 0; i < graph.tasks().size(); i++) {
          for (Edge edge : graph.following(i)) {
            if (edge.waiting() == task) {
              assertThat(edge.settled() ? done : written)
                  .as("%s waits for %s", tasks.get(task), tasks.get(i))
                  .contains(i);
            }
          }
        }
        open.add(action);
      } else if (action instanceof SyncAction.Await) {
        open.add(action);
      } else if (action instanceof SyncAction.Forget forget) {
        assertThat(open.remove(new SyncAction.Await(forget.task()))).isTrue();
      }
    }

    private SyncEvent answer(SyncAction action) {
      int task =
          action instanceof SyncAction.Start start
              ? start.task()
              : ((SyncAction.Await) action).task();
      if (fails.contains(task) || random.nextInt(100) < world.failures()) {
        everFailed = true;
        failing = true;
        return new SyncEvent.Failed(task);
      }
      if (action instanceof SyncAction.Start) {
        written.add(task);
        boolean hook = tasks.get(task).work() == Work.HOOK;
        if (!hook) {
          recorded.put(task, Standing.WRITTEN);
          done.add(task);
        }
        return new SyncEvent.Written(task);
      }
      done.add(task);
      recorded.put(task, Standing.SETTLED);
      return new SyncEvent.Settled(task);
    }
  }
}
