package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A real server that takes one write at a time and refuses all others. */
class BusyServerIT {
  private static final int TARGETS = 4;
  private static final int OBJECTS = 20;
  private static final int PASSES = 20;

  @Test
  @DisplayName("fault 4: on a server that refuses most writes, every target gets there, bounded")
  void storm() throws Exception {
    List<FaultedTarget> targets = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(TARGETS);
    try (TestCluster cluster =
        TestCluster.start(
            List.of("--enable-priority-and-fairness=false", "--max-mutating-requests-inflight=1"),
            List.of("deployertoken,deployer,deployer"))) {
      cluster
          .client()
          .resource(
              new ClusterRoleBindingBuilder()
                  .withNewMetadata()
                  .withName("deployer")
                  .endMetadata()
                  .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                  .addNewSubject("rbac.authorization.k8s.io", "User", "deployer", null)
                  .build())
          .create();
      List<Callable<List<ReconcileOutcome>>> passes = new ArrayList<>();
      for (int i = 0; i < TARGETS; i++) {
        FaultedTarget target =
            FaultedTarget.as(
                "deployertoken", cluster, c -> c.requestTimeout(Duration.ofSeconds(10)));
        targets.add(target);
        for (int o = 0; o < OBJECTS; o++) {
          target.put("c-" + o, FaultedTarget.configMap("c-" + o, "1"));
        }
        target.commit();
        passes.add(() -> untilThere(target));
      }

      for (Future<List<ReconcileOutcome>> each : threads.invokeAll(passes)) {
        List<ReconcileOutcome> outcomes = each.get();
        System.out.println("passes on the busy server: " + outcomes.size());
        assertThat(outcomes.get(outcomes.size() - 1).kind())
            .as("%s", outcomes.get(outcomes.size() - 1))
            .isIn(Kind.APPLIED, Kind.IN_SYNC);
        assertThat(outcomes)
            .filteredOn(o -> o instanceof ReconcileOutcome.Failed)
            .allSatisfy(
                o ->
                    assertThat(((ReconcileOutcome.Failed) o).failure().retryability())
                        .isEqualTo(Retryability.RETRY));
      }
      targets.forEach(FaultedTarget::converges);
    } finally {
      threads.shutdownNow();
      targets.forEach(FaultedTarget::close);
    }
  }

  private static List<ReconcileOutcome> untilThere(FaultedTarget target) {
    List<ReconcileOutcome> outcomes = new ArrayList<>();
    do {
      outcomes.add(target.pass());
    } while (outcomes.size() < PASSES
        && outcomes.get(outcomes.size() - 1).kind() != Kind.APPLIED
        && outcomes.get(outcomes.size() - 1).kind() != Kind.IN_SYNC);
    return outcomes;
  }
}
