package io.gitops4j.k8s.internal.order;

import static io.gitops4j.k8s.internal.order.Tasks.app;
import static io.gitops4j.k8s.internal.order.Tasks.delete;
import static io.gitops4j.k8s.internal.order.Tasks.hook;
import static io.gitops4j.k8s.internal.order.Tasks.kapp;
import static io.gitops4j.k8s.internal.order.Tasks.map;
import static io.gitops4j.k8s.internal.order.Tasks.rounds;
import static io.gitops4j.k8s.internal.order.Tasks.standing;
import static io.gitops4j.k8s.internal.order.Tasks.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.internal.order.ChangeRule.Operation;
import io.gitops4j.k8s.internal.order.SyncTask.Standing;
import io.gitops4j.k8s.internal.order.SyncTask.Work;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SyncGraphTest {
  private static final ResourceId NAMESPACE = new ResourceId("", "Namespace", "", "n");

  @Test
  @DisplayName("one wave without hooks goes by kinds, removes last and waits for nothing")
  void plain() {
    assertThat(
            rounds(
                List.of(
                    write(app("a"), 0),
                    write(map("m"), 0),
                    write(NAMESPACE, 0),
                    delete(map("old"), 0),
                    delete(app("gone"), 0))))
        .containsExactly("n", "m", "a", "-gone", "-old");
  }

  @Test
  @DisplayName("waves follow each other when the one before is well; the last is not waited for")
  void waves() {
    assertThat(
            rounds(
                List.of(
                    write(app("late"), 2),
                    write(app("first"), -1),
                    write(map("m"), -1),
                    delete(map("old"), 0),
                    delete(map("oldest"), 1))))
        .containsExactly(
            "m",
            "wait m first",
            "wait first",
            "late",
            "wait late",
            "-oldest",
            "wait oldest",
            "-old");
  }

  @Test
  @DisplayName("hooks have their phases around the objects, and are always heard out")
  void phases() {
    assertThat(
            rounds(
                List.of(
                    hook("after", Phase.POST_SYNC, 0),
                    write(app("a"), 0),
                    hook("with", Phase.SYNC, 0),
                    hook("before", Phase.PRE_SYNC, 5),
                    hook("on-failure", Phase.SYNC_FAIL, 0))))
        .containsExactly(
            "before", "wait before", "a with", "wait a wait with", "after", "wait after");
  }

  @Test
  @DisplayName("at the end of a target hooks stand around the removals, which go in reverse")
  void theEnd() {
    assertThat(
            rounds(
                List.of(
                    hook("before", Phase.PRE_DELETE, 0),
                    delete(map("m"), 0),
                    delete(app("a"), 1),
                    hook("after", Phase.POST_DELETE, 0))))
        .containsExactly(
            "before", "wait before", "-a", "wait a", "-m", "wait m", "after", "wait after");
  }

  @Test
  @DisplayName("what depends on something comes after it is well, whatever the order of kinds")
  void dependencies() {
    assertThat(rounds(List.of(write(map("m"), 0, app("a")), write(app("a"), 0))))
        .containsExactly("a", "wait a", "m");
    assertThat(rounds(List.of(delete(map("m"), 0), delete(app("a"), 0, map("m")))))
        .containsExactly("-a", "wait a", "-m");
    assertThat(rounds(List.of(delete(app("a"), 0), delete(map("m"), 0, app("a")))))
        .containsExactly("-m", "wait m", "-a");
  }

  @Test
  @DisplayName("a namespace comes with its first content, a definition with its first object")
  void pulled() {
    ResourceId definition =
        new ResourceId("apiextensions.k8s.io", "CustomResourceDefinition", "", "things.x.test");
    SyncTask crd =
        new SyncTask(
            definition,
            Phase.SYNC,
            Work.WRITE,
            Standing.OPEN,
            Placement.PLAIN,
            ApplyStep.PREREQUISITES,
            "x.test/Thing");

    assertThat(
            rounds(
                List.of(
                    write(NAMESPACE, 3),
                    crd,
                    write(new ResourceId("x.test", "Thing", "other", "t"), -2),
                    hook("before", Phase.PRE_SYNC, 0))))
        .startsWith("n", "wait n before", "wait before", "things.x.test");
  }

  @Test
  @DisplayName("rules of kapp order writes and removals, also a removal before a write")
  void rules() {
    SyncTask database = new SyncTask(app("db"), Phase.SYNC, Work.WRITE, Standing.OPEN, kapp("db"));
    SyncTask old = new SyncTask(app("old"), Phase.SYNC, Work.DELETE, Standing.OPEN, kapp("old"));
    SyncTask app =
        new SyncTask(
            map("m"),
            Phase.SYNC,
            Work.WRITE,
            Standing.OPEN,
            kapp(
                "app",
                new ChangeRule(Operation.UPSERT, true, Operation.UPSERT, "db", "rule"),
                new ChangeRule(Operation.UPSERT, true, Operation.DELETE, "old", "rule.1")));

    assertThat(rounds(List.of(app, old, database)))
        .containsExactly("-old", "wait old db", "wait db", "m");
  }

  @Test
  @DisplayName("what is there and well is not waited for, what is not yet well is")
  void standingObjects() {
    assertThat(
            rounds(
                List.of(
                    standing(write(app("well"), 0), Standing.SETTLED),
                    standing(write(app("starting"), 0), Standing.WRITTEN),
                    write(app("next"), 1),
                    standing(write(app("last"), 2), Standing.WRITTEN))))
        .containsExactly("wait starting", "next");
  }

  @Test
  @DisplayName("a cycle of dependencies is printed with the annotation behind every step")
  void cycle() {
    assertThatThrownBy(
            () ->
                SyncGraph.of(
                    List.of(
                        write(app("a"), 0, app("b")),
                        write(app("b"), 0, app("c")),
                        write(app("c"), 0, app("a")))))
        .isInstanceOf(DiffException.class)
        .hasMessageContaining(
            "apps/Deployment n/a waits for apps/Deployment n/b"
                + " (config.kubernetes.io/depends-on), which waits for apps/Deployment n/c"
                + " (config.kubernetes.io/depends-on), which waits for apps/Deployment n/a"
                + " (config.kubernetes.io/depends-on)");
  }

  @Test
  @DisplayName("a dependency against the order of waves is a cycle that names both")
  void cycleOfDialects() {
    assertThatThrownBy(
            () -> SyncGraph.of(List.of(write(app("early"), 0, app("late")), write(app("late"), 1))))
        .isInstanceOf(DiffException.class)
        .hasMessageContaining("(config.kubernetes.io/depends-on)")
        .hasMessageContaining("(wave 1 comes after wave 0)");
  }

  @Test
  @DisplayName("five thousand objects in fifty waves are ordered without an edge for each pair")
  void large() {
    List<SyncTask> tasks = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      tasks.add(write(app("a" + i), i % 50));
    }

    SyncGraph graph = SyncGraph.of(tasks);

    int edges = 0;
    for (int i = 0; i < graph.nodes(); i++) {
      edges += graph.following(i).size();
    }
    assertThat(edges).isLessThan(4 * tasks.size());
  }
}
