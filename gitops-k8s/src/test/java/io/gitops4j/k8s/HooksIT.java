package io.gitops4j.k8s;

import static io.gitops4j.k8s.SimulatedTarget.deployment;
import static io.gitops4j.k8s.SimulatedTarget.job;
import static io.gitops4j.k8s.SimulatedTarget.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Hooks of Argo CD and Helm, run as Jobs by real controllers. */
class HooksIT {
  private static final String HOOK = "argocd.argoproj.io/hook: ";
  private static final String POLICY = ", argocd.argoproj.io/hook-delete-policy: ";

  private final SimulatedTarget target = new SimulatedTarget("hooks", c -> c);

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("hooks run before and after the objects, once for each change of Git")
  void runsAroundTheSync() {
    target
        .file("after", job("after", HOOK + "PostSync" + POLICY + "HookSucceeded"))
        .file("before", job("before", HOOK + "PreSync" + POLICY + "HookSucceeded"))
        .file("settings", map("settings", "", "one"))
        .file("app", deployment("app", ""));

    ReconcileOutcome.Applied first = (ReconcileOutcome.Applied) target.sync();

    assertThat(target.done()).containsExactly("before", "settings", "app", "after");
    assertThat(target.jobs()).as("removed by their policy").isEmpty();
    assertThat(first.plan().changes())
        .filteredOn(c -> c.reason() == Reason.HOOK)
        .extracting(Change::action)
        .containsExactly(Action.CREATE, Action.CREATE);
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);

    target
        .client()
        .configMaps()
        .inNamespace(target.namespace())
        .withName("settings")
        .edit(
            m -> {
              m.getData().put("value", "by hand");
              return m;
            });
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).as("drift runs no hook").containsExactly("settings");

    target.file("app", deployment("app", "", "registry.test/app:2", "{}"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("before", "app", "after");
  }

  @Test
  @DisplayName("what another process synced meanwhile is known to have run its hooks")
  void syncedByAnother() {
    target
        .file("before", job("before", HOOK + "PreSync" + POLICY + "HookSucceeded"))
        .file("settings", map("settings", "", "one"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    target.file("settings", map("settings", "", "two"));

    assertThat(target.syncElsewhere().kind()).isEqualTo(Kind.APPLIED);

    assertThat(target.sync().kind()).as("nothing is left to do").isEqualTo(Kind.IN_SYNC);
    target.file("settings", map("settings", "", "one"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("before", "settings");

    target.file("before", job("before", HOOK + "PreSync" + POLICY + "BeforeHookCreation"));
    assertThat(target.plan().kind()).isEqualTo(Kind.PLANNED);
    assertThat(target.syncElsewhere().kind()).isEqualTo(Kind.APPLIED);
    target.sync();
    assertThat(target.sync().kind()).as("a hook alone moves no inventory").isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a failing PreSync hook leaves the Sync phase untouched, and SyncFail runs once")
  void failingPreSync() {
    target
        .file("before", job("name: before", HOOK + "PreSync", "{gitops4j.test/fails: 'yes'}"))
        .file("failed", job("failed", HOOK + "SyncFail"))
        .file("app", deployment("app", ""));

    assertThat(target.sync().kind()).isEqualTo(Kind.INCOMPLETE);

    assertThat(target.has("app")).isFalse();
    assertThat(target.failure("before").orElseThrow().code()).isEqualTo("K8S-HOOK-FAILED");
    assertThat(target.failure("before").orElseThrow().reason())
        .contains("BackoffLimitExceeded")
        .contains("pod before-")
        .contains("container main ended with code 3");
    assertThat(target.failure("app").orElseThrow().code()).isEqualTo("APPLY-NOT-REACHED");
    assertThat(target.jobs()).containsExactly("before", "failed");
    String ran = target.uidOfJob("failed");
    String failed = target.uidOfJob("before");

    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.INCOMPLETE);

    assertThat(target.uidOfJob("failed")).as("not again for the same state").isEqualTo(ran);
    assertThat(target.uidOfJob("before")).as("tried again").isNotEqualTo(failed);
    assertThat(target.has("app")).isFalse();

    target.file("before", job("before", HOOK + "PreSync"));
    ReconcileOutcome.Applied mended = (ReconcileOutcome.Applied) target.sync();
    assertThat(mended.outcome().results())
        .filteredOn(r -> r.change().id().name().equals("failed"))
        .extracting(r -> r.change().action() + " " + r.health().status())
        .as("a hook that had no reason to run is not missing")
        .containsExactly("SKIP HEALTHY");
    assertThat(target.done()).containsExactly("before", "app");
  }

  @Test
  @DisplayName("hooks and objects of Argo CD take their turns in waves, names are generated")
  void argoWaves() {
    target
        .file("schema", job("generateName: schema-", HOOK + "PreSync", "{}"))
        .file("backend", deployment("backend", ""))
        .file("up", job("up", HOOK + "Sync, argocd.argoproj.io/sync-wave: '1'"))
        .file("frontend", deployment("frontend", "argocd.argoproj.io/sync-wave: '2'"))
        .file("down", job("down", HOOK + "Sync, argocd.argoproj.io/sync-wave: '3'"));

    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);

    assertThat(target.done()).containsExactly("schema-*", "backend", "up", "frontend", "down");
    assertThat(target.jobs()).hasSize(3).contains("down", "up");
    assertThat(target.jobs().get(1)).matches("schema-[0-9a-f]{7}-presync-\\d+");
  }

  @Test
  @DisplayName("Helm hooks run on install or on upgrade, by weight; tests and rollbacks never")
  void helm() {
    target
        .file(
            "schema",
            map("schema-", helm("pre-install,pre-upgrade", -2), "1")
                .replace(" name:", " generateName:"))
        .file("install", map("install", helm("pre-install", -1), "1"))
        .file("upgrade", map("upgrade", helm("pre-upgrade", 0), "1"))
        .file("test", map("test", helm("test", 0), "1"))
        .file("down", map("down", helm("post-install", 0), "1"))
        .file("app", map("app", "", "1"));

    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("schema-*", "install", "app", "down");
    List<String> generated = target.maps("schema-");

    target.file("app", map("app", "", "2"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("schema-*", "upgrade", "app");
    assertThat(target.maps("test")).isEmpty();
    assertThat(target.maps("schema-"))
        .as("the one that was made before is removed")
        .hasSize(1)
        .isNotEqualTo(generated);
  }

  private static String helm(String hook, int weight) {
    return "helm.sh/hook: '" + hook + "', helm.sh/hook-weight: '" + weight + "'";
  }

  @Test
  @DisplayName("at the end of a target its last hooks run, though Git has them no more")
  void theEnd() {
    target
        .file("bye", job("bye", HOOK + "PreDelete"))
        .file("gone", map("gone", HOOK + "PostDelete", "1"))
        .file("map", map("map", "", "one"))
        .file("migrate", map("migrate", HOOK + "PreSync", "1"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.maps("migrate")).containsExactly("migrate");
    target.without("bye").without("gone").without("map").without("migrate");
    Plan<ManifestSet> last =
        target
            .destination()
            .differ()
            .diff(
                ManifestSet.empty(
                    ((ReconcileOutcome.Planned) target.plan()).plan().desired().revision()),
                new TargetId(target.namespace()),
                OperationContext.create());
    Change bye =
        last.changes().stream().filter(c -> c.id().name().equals("bye")).findFirst().orElseThrow();
    assertThat(target.destination().differ().unified(last, bye, OperationContext.create()))
        .contains("runs as PreDelete hook")
        .contains("+kind: Job");

    ReconcileOutcome end = target.sync();

    assertThat(end.kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsSubsequence("bye", "map", "gone");
    assertThat(target.jobs()).as("nothing is left of any hook").isEmpty();
    assertThat(target.maps("migrate")).isEmpty();
    assertThat(target.maps("gone")).isEmpty();
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(
            target.client().secrets().inNamespace(target.namespace()).list().getItems().stream()
                .map(s -> s.getMetadata().getName()))
        .noneMatch(n -> n.startsWith("gitops4j-sync-"));
  }

  @Test
  @DisplayName("what a hook left is removed with the change that takes the hook out of Git")
  void leftovers() {
    target.file("before", map("before", HOOK + "PreSync", "1")).file("map", map("map", "", "one"));
    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.maps("before")).containsExactly("before");

    ReconcileOutcome.Applied removed = (ReconcileOutcome.Applied) target.without("before").sync();

    assertThat(removed.plan().changes())
        .filteredOn(c -> c.action() == Action.DELETE)
        .extracting(Change::note)
        .containsExactly(
            "left by the PreSync hook ConfigMap "
                + target.namespace()
                + "/before, which is no more");
    assertThat(target.maps("before")).isEmpty();
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a pass about a part runs hooks, and so does the one that brings the rest")
  void parts() {
    target
        .file("after", map("after", HOOK + "PostSync", "1"))
        .file("one", map("one", "", "1"))
        .file("two", map("two", "", "1"));

    assertThat(target.sync(":ConfigMap:one").kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("one", "after");

    assertThat(target.sync().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.done()).containsExactly("two", "after");
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a hook that does not end in time has failed, and the failure says so")
  void timeout() {
    try (SimulatedTarget hasty =
        new SimulatedTarget("hasty", c -> c.hookTimeout(Duration.ofSeconds(2)))) {
      hasty
          .file("slow", job("name: slow", HOOK + "PreSync", "{gitops4j.test/runs-for: 10m}"))
          .file("map", map("map", "", "one"));

      assertThat(hasty.sync().kind()).isEqualTo(Kind.INCOMPLETE);

      assertThat(hasty.failure("slow").orElseThrow().code()).isEqualTo("K8S-WAIT-TIMEOUT");
      assertThat(hasty.failure("slow").orElseThrow().reason())
          .contains("the hook did not end within 2 seconds: 1 active");
    }
  }

  @Test
  @DisplayName("a hook alone is a change; an object that says Skip is not applied")
  void hookAlone() {
    target
        .file("migrate", job("migrate", HOOK + "PreSync"))
        .file("never", map("never", HOOK + "Skip", "one"));

    ReconcileOutcome.Applied ran = (ReconcileOutcome.Applied) target.sync();

    assertThat(target.done()).containsExactly("migrate");
    assertThat(ran.plan().changes())
        .filteredOn(c -> c.id().name().equals("never"))
        .extracting(Change::note)
        .containsExactly("not applied, by its argocd.argoproj.io/hook: Skip");
    assertThat(target.again(OperationContext.create()).kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a Job of that name that somebody else made is not touched")
  void foreign() {
    target.client().resource(job("taken", "")).inNamespace(target.namespace()).create();
    String theirs = target.uidOfJob("taken");
    target.file("taken", job("taken", HOOK + "PreSync"));

    assertThat(target.sync().kind()).isEqualTo(Kind.INCOMPLETE);

    assertThat(target.failure("taken").orElseThrow().code()).isEqualTo("K8S-NOT-OWNED");
    assertThat(target.uidOfJob("taken")).isEqualTo(theirs);
  }
}
