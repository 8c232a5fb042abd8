package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Passes that end between a hook and the end of its sync, at a moment that is known. */
class HookRepeatsIT {
  private static final String HOOK =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: before
        annotations:
          argocd.argoproj.io/hook: PreSync
          argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
      data: {text: hook}
      """;

  private final FaultedTarget target = FaultedTarget.on(TestCluster.shared());

  @BeforeEach
  void commit() {
    target.put("before", HOOK);
    target.commit();
  }

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName(
      "fault 31: a hook that a pass was ended over is found by the next one, not run again")
  void findsWhatWasMade() {
    OperationContext context = OperationContext.within(Duration.ofSeconds(60));
    FaultProxy proxy = target.proxy();
    proxy.inject(1, HookRepeatsIT::ofTheHook, FaultProxy.then(context::cancel, proxy.cutAfter()));

    ReconcileOutcome ended = target.pass(context);

    assertThat(ended.kind()).as("%s", ended).isEqualTo(Kind.FAILED);
    assertThat(target.text("before")).as("it was made nevertheless").contains("hook");
    assertThat(target.text("a")).isEmpty();
    goesOnWithoutTheHook();
  }

  @Test
  @DisplayName("fault 31: a hook that ended well is not run again for the rest of its sync")
  void doesNotRepeatWhatEndedWell() {
    target
        .proxy()
        .inject(
            Integer.MAX_VALUE,
            r -> r.writes() && r.path().endsWith("/configmaps/a"),
            FaultProxy.status(403, "Forbidden"));

    ReconcileOutcome part = target.pass();

    assertThat(part.kind()).as("%s", part).isEqualTo(Kind.INCOMPLETE);
    assertThat(target.text("before")).contains("hook");
    goesOnWithoutTheHook();
  }

  private void goesOnWithoutTheHook() {
    String made = uid();
    target.proxy().mend();
    target.proxy().forget();

    ReconcileOutcome rest = target.pass();

    assertThat(rest.kind()).as("%s", rest).isEqualTo(Kind.APPLIED);
    assertThat(target.text("a")).contains("1");
    assertThat(target.proxy().seen()).as("writes of the hook").noneMatch(HookRepeatsIT::ofTheHook);
    assertThat(uid()).isEqualTo(made);
    assertThat(target.pass().kind()).isEqualTo(Kind.IN_SYNC);
  }

  private static boolean ofTheHook(FaultProxy.Request request) {
    return request.writes() && request.path().endsWith("/configmaps/before");
  }

  private String uid() {
    return target
        .admin()
        .configMaps()
        .inNamespace(target.namespace())
        .withName("before")
        .get()
        .getMetadata()
        .getUid();
  }
}
