package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects that are deleted and made anew: never for an invalid manifest, never by halves. */
class ReplacementIT {
  private static final String POD =
      "{metadata: {labels: {app: A}}, spec: {containers: [{name: a, image: \"I\"}]}}";
  private static final String FORCE =
      "annotations: {argocd.argoproj.io/sync-options: \"Prune=false, Force=true\"}";

  private final ScratchTarget target = new ScratchTarget("replace", b -> b);

  @AfterEach
  void close() {
    target.close();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("an invalid manifest with Force=true never deletes the live object")
  @CsvSource(
      delimiter = '|',
      value = {
        "replicas: -1, selector: {matchLabels: {app: A}}, template: POD",
        "replicas: -1, selector: {matchLabels: {app: B}}, template: POD",
        "selector: {matchLabels: {app: B}}, template: POD",
        "strategy: {type: Recreate}, selector: {matchLabels: {app: A}}, template: POD",
        "strategy: {type: Wrong}, selector: {matchLabels: {app: A}}, template: POD"
      })
  void neverDeletesForAnInvalidManifest(String spec) {
    target.proxy();
    String good = "spec: {selector: {matchLabels: {app: A}}, template: " + POD + "}";
    put("apps/v1", "Deployment", FORCE, good);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    String uid = uid("apps/v1", "Deployment");
    put("apps/v1", "Deployment", FORCE, "spec: {" + spec.replace("POD", POD) + "}");

    ReconcileOutcome outcome = target.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(uid("apps/v1", "Deployment")).isEqualTo(uid);
    assertThat(target.proxy().seen()).noneMatch(r -> r.method().equals("DELETE"));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("Force=true of Argo CD and force: enabled of Flux allow it for single objects")
  @CsvSource(
      delimiter = '|',
      value = {
        "annotations: {argocd.argoproj.io/sync-options: Force=true}",
        "annotations: {kustomize.toolkit.fluxcd.io/force: enabled}",
        "labels: {kustomize.toolkit.fluxcd.io/force: Enabled}"
      })
  void allowsSingleObjects(String mark) {
    put("v1", "ConfigMap", mark, "{immutable: true, data: {k: one}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    put("v1", "ConfigMap", mark, "{immutable: true, data: {k: two}}");

    assertThat(ScratchTarget.change(target.plan(), target.namespace()).action())
        .isEqualTo(Action.REPLACE);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  @Test
  @DisplayName("cut off between delete and create, the next pass makes the object")
  void survivesACutAtTheCreate() {
    replaceable();
    target
        .proxy()
        .inject(
            99,
            r -> r.method().equals("PATCH") && !r.query().contains("dryRun"),
            FaultProxy.cutBefore());

    assertThat(target.reconcile().kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(target.live("v1", "ConfigMap", target.namespace())).isNull();
    target.proxy().mend();

    Change planned = ScratchTarget.change(target.plan(), target.namespace());
    assertThat(planned.action()).isEqualTo(Action.CREATE);
    assertThat(planned.reason()).as("made even where drift is only observed").isEqualTo(Reason.NEW);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what finalizers hold is waited for; a pass that ends before leaves it to the next")
  void waitsForFinalizers() throws Exception {
    replaceable();
    hold();
    ReconcileOutcome cut = target.reconcile(OperationContext.within(Duration.ofSeconds(2)));
    assertThat(cut.kind()).isEqualTo(Kind.FAILED);
    Change waiting = ScratchTarget.change(target.plan(), target.namespace());
    assertThat(waiting.action()).isEqualTo(Action.SKIP);
    assertThat(waiting.note()).contains("created again once it is gone");
    letGo();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    put("v1", "ConfigMap", "{immutable: true, data: {k: three}}");
    hold();
    String uid = uid("v1", "ConfigMap");
    CompletableFuture<ReconcileOutcome> pass = CompletableFuture.supplyAsync(target::reconcile);
    await()
        .until(
            () ->
                target
                        .live("v1", "ConfigMap", target.namespace())
                        .getMetadata()
                        .getDeletionTimestamp()
                    != null);
    assertThat(pass).isNotDone();
    letGo();
    assertThat(pass.get().kind()).isEqualTo(Kind.APPLIED);
    assertThat(uid("v1", "ConfigMap")).isNotEqualTo(uid);
  }

  private void hold() {
    edit(o -> o.getMetadata().setFinalizers(List.of("example.com/held")));
  }

  private void letGo() {
    edit(o -> o.getMetadata().setFinalizers(List.of()));
  }

  private void edit(Consumer<GenericKubernetesResource> change) {
    target
        .client()
        .genericKubernetesResources("v1", "ConfigMap")
        .inNamespace(target.namespace())
        .withName(target.namespace())
        .edit(
            o -> {
              change.accept(o);
              return o;
            });
  }

  @Test
  @DisplayName("an answer that is lost, of the delete or of the create, changes nothing")
  void survivesLostAnswers() {
    replaceable();
    target.proxy().inject(1, r -> r.method().equals("DELETE"), target.proxy().cutAfter());
    target
        .proxy()
        .inject(
            1,
            r -> r.method().equals("PATCH") && !r.query().contains("dryRun"),
            target.proxy().cutAfter());

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("an object that somebody made anew meanwhile is not deleted")
  void deletesOnlyWhatWasCompared() {
    replaceable();
    Plan<ManifestSet> plan = target.plan();
    String theirs = remake();

    assertThat(target.apply(plan).complete()).isFalse();
    assertThat(uid("v1", "ConfigMap")).isEqualTo(theirs);

    // Also when that happens after the last look, while the delete is on its way.
    Plan<ManifestSet> next = target.plan();
    String[] last = new String[1];
    target
        .proxy()
        .inject(
            1,
            r -> r.method().equals("DELETE"),
            (exchange, body) -> {
              last[0] = remake();
              target.proxy().cutAfter().happen(exchange, body);
            });
    assertThat(ScratchTarget.change(next, target.namespace()).action()).isEqualTo(Action.REPLACE);
    assertThat(target.apply(next).results().get(0).failure().orElseThrow().code())
        .isEqualTo("K8S-STALE-PLAN");
    assertThat(uid("v1", "ConfigMap")).isEqualTo(last[0]);
  }

  private void replaceable() {
    target.restart(b -> b.replace(ReplacePolicy.IMMUTABLE));
    put("v1", "ConfigMap", "{immutable: true, data: {k: one}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    put("v1", "ConfigMap", "{immutable: true, data: {k: two}}");
  }

  /** The same content under the same label, as another object. */
  private String remake() {
    GenericKubernetesResource live = target.live("v1", "ConfigMap", target.namespace());
    target.client().resource(live).delete();
    live.getMetadata().setUid(null);
    live.getMetadata().setResourceVersion(null);
    live.getMetadata().setManagedFields(null);
    return target.client().resource(live).create().getMetadata().getUid();
  }

  private String uid(String version, String kind) {
    return target.live(version, kind, target.namespace()).getMetadata().getUid();
  }

  private void put(String version, String kind, String content) {
    put(version, kind, "", content);
  }

  private void put(String version, String kind, String metadata, String content) {
    target.objectNamedLikeItsNamespace(version, kind, metadata, content);
  }
}
