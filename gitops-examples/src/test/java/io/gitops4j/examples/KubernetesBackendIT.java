package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.gitops4j.GitOps;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.terraform.Backend;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformDestination;
import io.gitops4j.terraform.TerraformRenderer;
import io.gitops4j.terraform.TerraformWorkspace;
import io.gitops4j.terraform.testing.TerraformPrograms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state in a cluster, whose lock is an object that outlives who took it. */
class KubernetesBackendIT {
  private static final String SLOW =
      """
      resource "terraform_data" "quick" {}
      resource "terraform_data" "slow" {
        depends_on = [terraform_data.quick]
        provisioner "local-exec" {
          command = "sleep 3"
        }
      }
      """;

  @TempDir Path folder;
  private final TestCluster cluster = TestCluster.shared();
  private final String namespace = cluster.createNamespace("backend");
  private final InMemorySource source = new InMemorySource();
  private TerraformDestination cloud;
  private Reconciler<TerraformWorkspace> reconciler;

  @BeforeEach
  void open() {
    cloud =
        TerraformDestination.open(
            TerraformConfig.builder(folder.resolve("work"), Sensitive.of(new byte[32]))
                .binary(TerraformPrograms.any())
                .lockTimeout(Duration.ofSeconds(1))
                .build());
    reconciler =
        GitOps.target("cloud")
            .source(source)
            .renderer(
                TerraformRenderer.builder("infra")
                    .backend(
                        new Backend(
                            "kubernetes",
                            Map.of(
                                "secret_suffix",
                                "state",
                                "namespace",
                                namespace,
                                "config_path",
                                cluster.kubeconfigFile().toString())))
                    .build())
            .destination(cloud)
            .build();
  }

  @Test
  @DisplayName("a lock that a killed program of ours left is opened, and the next pass converges")
  void opensItsOwnLock() throws Exception {
    source.commit("slow", Map.of("infra/main.tf", SLOW));
    Thread killer =
        new Thread(
            () -> {
              Awaitility.await().until(KubernetesBackendIT::sleeping);
              ProcessHandle.current()
                  .children()
                  .filter(p -> p.info().command().orElse("").matches(".*(terraform|tofu)"))
                  .forEach(ProcessHandle::destroyForcibly);
            });
    killer.start();
    ReconcileOutcome killed = reconciler.reconcile();
    killer.join();
    assertThat(killed.kind()).as(killed.toString()).isIn(Kind.INCOMPLETE, Kind.FAILED);
    assertThat(holders()).as("the lock is left after %s", killed).isNotEmpty();

    ReconcileOutcome next = reconciler.reconcile();

    assertThat(next.kind()).as(next.toString()).isEqualTo(Kind.APPLIED);
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(holders()).isEmpty();
  }

  @Test
  @DisplayName("a lock of somebody else is told with holder, id and age, and opened by its id only")
  void tellsTheHolder() {
    source.commit("one", Map.of("infra/main.tf", "resource \"terraform_data\" \"a\" {}\n"));
    ReconcileOutcome first = reconciler.reconcile();
    assertThat(first.kind()).as(first.toString()).isEqualTo(Kind.APPLIED);
    lockAsEve();

    ReconcileOutcome locked = reconciler.reconcile();

    assertThat(locked.kind()).as(locked.toString()).isEqualTo(Kind.FAILED);
    Failure failure = ((ReconcileOutcome.Failed) locked).failure();
    assertThat(failure.code()).isEqualTo("TERRAFORM-STATE-LOCKED");
    assertThat(failure.message())
        .contains("eve@elsewhere")
        .contains("abc-1")
        .contains("2026-01-02T03:04:05");
    assertThat(holders()).containsExactly("abc-1");
    cloud.forceUnlock(new TargetId("cloud"), "abc-1", OperationContext.create());
    assertThat(reconciler.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  private void lockAsEve() {
    Lease lease = leases().get(0);
    lease.getSpec().setHolderIdentity("abc-1");
    lease
        .getMetadata()
        .setAnnotations(
            Map.of(
                "app.terraform.io/lock-info",
                "{\"ID\":\"abc-1\",\"Operation\":\"OperationTypeApply\",\"Info\":\"\","
                    + "\"Who\":\"eve@elsewhere\",\"Version\":\"1.11.4\","
                    + "\"Created\":\"2026-01-02T03:04:05.6Z\",\"Path\":\"\"}"));
    cluster.client().leases().inNamespace(namespace).resource(lease).update();
  }

  private List<Lease> leases() {
    return cluster.client().leases().inNamespace(namespace).list().getItems();
  }

  private List<String> holders() {
    return leases().stream()
        .map(l -> l.getSpec().getHolderIdentity())
        .filter(h -> h != null && !h.isEmpty())
        .toList();
  }

  private static boolean sleeping() {
    return ProcessHandle.current()
        .descendants()
        .anyMatch(p -> p.info().commandLine().orElse("").contains("sleep 3"));
  }
}
