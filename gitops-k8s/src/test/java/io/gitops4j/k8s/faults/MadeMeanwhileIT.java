package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What appears between the comparison and the write that would have made it. */
class MadeMeanwhileIT {
  private final FaultedTarget target = FaultedTarget.on(TestCluster.shared());

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName(
      "an object that somebody makes right before its creation is neither changed nor ours")
  void leavesItAlone() {
    FaultProxy proxy = target.proxy();
    proxy.inject(
        1,
        r -> r.writes() && r.path().endsWith("/configmaps/a"),
        FaultProxy.then(this::make, proxy.asking(q -> q)));

    ReconcileOutcome.Incomplete outcome = (ReconcileOutcome.Incomplete) target.pass();

    assertThat(outcome.outcome().results())
        .filteredOn(r -> r.change().id().name().equals("a"))
        .singleElement()
        .extracting(ChangeResult::failure)
        .satisfies(f -> assertThat(f.map(Failure::code)).contains("K8S-STALE-PLAN"));
    assertThat(target.text("b")).as("the rest goes on").contains("1");
    ConfigMap theirs =
        target.admin().configMaps().inNamespace(target.namespace()).withName("a").get();
    assertThat(theirs.getData()).containsExactly(Map.entry("other", "of somebody else"));
    assertThat(theirs.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(target.pass().kind()).as("until it may be adopted").isEqualTo(Kind.FAILED);
  }

  private void make() {
    target
        .admin()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("a")
                .withNamespace(target.namespace())
                .endMetadata()
                .addToData("other", "of somebody else")
                .build())
        .create();
  }
}
