package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.error.Failure;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Refusals of a write in which the server, or admission, repeats what a Secret holds. */
class QuotedSecretsIT {
  private static final String ENCODED =
      Base64.getEncoder().encodeToString(FaultedTarget.CANARY.getBytes(StandardCharsets.UTF_8));

  private final FaultedTarget target = FaultedTarget.on(TestCluster.shared());

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("fault 44: a refused creation of a Secret tells why, without what it quotes")
  void creation() {
    refuse("PATCH", 422, "Invalid", "data.value is " + ENCODED + " of " + FaultedTarget.CANARY);

    Failure failure = failure(target.pass());

    assertThat(failure.reason()).contains("data.value is *** of ***").doesNotContain(ENCODED);
    target.keepsSecret();
    target.converges();
  }

  @Test
  @DisplayName("fault 44: what admission says of a Secret that it keeps is not told")
  void removal() {
    target.applied();
    target.remove("keys");
    target.commit();
    refuse(
        "DELETE",
        422,
        "Invalid",
        "ValidatingAdmissionPolicy 'p' with binding 'p' denied request: it holds "
            + FaultedTarget.CANARY);

    Failure failure = failure(target.pass());

    assertThat(failure.code()).isEqualTo("K8S-DENIED");
    assertThat(failure.reason()).contains("left out because it is a Secret");
    target.keepsSecret();
    target.converges();
  }

  private void refuse(String method, int code, String reason, String message) {
    target
        .proxy()
        .inject(
            1,
            r -> r.method().equals(method) && r.path().endsWith("/secrets/keys"),
            FaultProxy.answer(
                code,
                Map.of("Content-Type", "application/json"),
                ("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"%s\","
                        + "\"code\":%d,\"message\":\"%s\"}")
                    .formatted(reason, code, message)));
  }

  private static Failure failure(ReconcileOutcome outcome) {
    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.INCOMPLETE);
    return ((ReconcileOutcome.Incomplete) outcome)
        .outcome().results().stream().flatMap(r -> r.failure().stream()).findFirst().orElseThrow();
  }
}
