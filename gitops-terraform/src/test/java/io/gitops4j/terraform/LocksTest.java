package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.terraform.testing.BucketServer;
import io.gitops4j.terraform.testing.OneTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which locks are opened, with the real program and a backend that names the holder. */
class LocksTest {
  private static final String SLOW =
      """
      resource "terraform_data" "slow" {
        provisioner "local-exec" {
          command = "sleep 20"
        }
      }
      """;
  private static final String QUICK = "resource \"terraform_data\" \"quick\" {}\n";

  @TempDir Path folder;
  private BucketServer bucket;
  private OneTarget target;

  @BeforeEach
  void serve() throws IOException {
    bucket = new BucketServer();
    target = new OneTarget(folder, "locks");
  }

  @AfterEach
  void end() {
    bucket.close();
  }

  @Test
  @DisplayName("the lock of a program that was killed is opened by the next pass")
  void opensWhatAKilledProgramLeft() {
    target.commit(bucket.backend() + SLOW);
    CompletableFuture<ReconcileOutcome> killed = CompletableFuture.supplyAsync(target::pass);
    awaitApply();

    ProcessHandle.current().children().forEach(OneTarget::kill);

    assertThat(killed.join().kind()).isIn(Kind.FAILED, Kind.INCOMPLETE);
    assertThat(bucket.lock()).isNotEmpty();
    ReconcileOutcome next = target.commit(bucket.backend() + QUICK).pass();
    assertThat(next.kind()).as(next.toString()).isEqualTo(Kind.APPLIED);
    assertThat(bucket.lock()).isEmpty();
  }

  @Test
  @DisplayName(
      "after a pass that was cancelled and gave its lock back, a lock of this machine is somebody"
          + " else's")
  void leavesWhatOthersOfThisMachineHold() throws IOException {
    target.commit(bucket.backend() + SLOW);
    OperationContext context = OperationContext.create();
    CompletableFuture<ReconcileOutcome> cancelled =
        CompletableFuture.supplyAsync(() -> target.pass(context));
    awaitApply();
    context.cancel();
    assertThat(cancelled.join().kind()).isIn(Kind.FAILED, Kind.INCOMPLETE);
    assertThat(bucket.lock()).as("the program gave it back").isEmpty();

    bucket.lockedBy("root@" + InetAddress.getLocalHost().getHostName(), Instant.now().toString());
    ReconcileOutcome next = target.commit(bucket.backend() + QUICK).pass();

    assertThat(next.toString()).contains("TERRAFORM-STATE-LOCKED");
    assertThat(bucket.lock()).contains("11111111-2222-3333-4444-555555555555");
  }

  @Test
  @DisplayName("a state and a lock that the backend did not take back are brought back later")
  void bringsBackStateAndLock() {
    String configuration =
        bucket.backend()
            + """
            resource "terraform_data" "a" {
              provisioner "local-exec" {
                command = "sleep 1"
              }
            }
            """;
    target.commit(configuration);
    CompletableFuture<ReconcileOutcome> failed = CompletableFuture.supplyAsync(target::pass);
    awaitApply();
    bucket.readOnly(true);
    assertThat(failed.join().toString()).contains("errored.tfstate");
    assertThat(bucket.lock()).isNotEmpty();
    bucket.readOnly(false);

    ReconcileOutcome next = target.pass();

    assertThat(next.kind()).as(next.toString()).isEqualTo(Kind.IN_SYNC);
    assertThat(bucket.state()).contains("terraform_data");
    assertThat(bucket.lock()).isEmpty();
  }

  @Test
  @DisplayName(
      "a state that waits to be stored while somebody else holds the lock names the holder")
  void tellsWhoKeepsTheStateOut() {
    target.commit(bucket.backend() + SLOW.replace("sleep 20", "sleep 1"));
    CompletableFuture<ReconcileOutcome> failed = CompletableFuture.supplyAsync(target::pass);
    awaitApply();
    bucket.readOnly(true);
    failed.join();
    bucket.readOnly(false);
    bucket.lockedBy("eve@elsewhere", Instant.now().toString());

    ReconcileOutcome locked = target.pass();

    assertThat(locked.toString()).contains("TERRAFORM-STATE-LOCKED").contains("eve@elsewhere");
    assertThat(bucket.lock()).contains("eve@elsewhere");
    bucket.unlocked();
    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
  }

  private void awaitApply() {
    Awaitility.await()
        .until(() -> bucket.lock().contains("OperationTypeApply") && OneTarget.sleeping());
  }
}
