package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Passes of one replica under a permit, and what stands in the way of its fence. */
class FencedPassesIT {
  private final ScratchTarget target = new ScratchTarget("fenced", c -> c);
  private final FaultProxy proxy = target.proxy();
  private final Term term = new Term("first");

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("an intent whose answer is lost fails that pass, and no other")
  void goesOnAfterALostAnswer() {
    configMap("1");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    configMap("2");
    proxy.inject(1, FencedPassesIT::storesIntent, proxy.cutAfter());
    assertThat(pass().kind()).isEqualTo(Kind.FAILED);

    ReconcileOutcome next = pass();

    assertThat(next.kind()).as("%s", next).isEqualTo(Kind.APPLIED);
    assertThat(pass().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("an intent that somebody deletes fails one pass at most")
  void goesOnWithoutItsIntent() {
    configMap("1");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    target.client().secrets().inNamespace(target.namespace()).list().getItems().stream()
        .filter(s -> s.getMetadata().getName().startsWith("gitops4j-intent"))
        .forEach(s -> target.client().resource(s).delete());
    configMap("2");
    pass();

    ReconcileOutcome next = pass();

    assertThat(next.kind()).as("%s", next).isIn(Kind.APPLIED, Kind.IN_SYNC);
    assertThat(text()).isEqualTo("2");
  }

  @Test
  @DisplayName("what was applied is told, also when it cannot be stored any more that it ended")
  void tellsWhatWasApplied() {
    configMap("1");
    Plan<ManifestSet> plan = target.plan(term.pass());
    Thread here = Thread.currentThread();
    CountDownLatch never = new CountDownLatch(1);
    Outcome outcome =
        target.apply(
            plan,
            result ->
                proxy.inject(
                    1,
                    FencedPassesIT::storesIntent,
                    FaultProxy.then(here::interrupt, proxy.hold(new CountDownLatch(1), never))),
            term.pass());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(outcome.results())
        .extracting(ChangeResult::actuation)
        .containsExactly(Actuation.SUCCEEDED);
    assertThat(pass().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("an object whose mark is refused does not keep a successor from the others")
  void passesWhatItMayNotMark() {
    configMap("1");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    configMap("2");
    leaves();
    proxy.inject(1000, FencedPassesIT::marks, FaultProxy.status(422, "Invalid"));

    configMap("3");
    ReconcileOutcome outcome = target.reconcile(new Term("second").pass());

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.APPLIED);
    assertThat(proxy.seen()).anyMatch(FencedPassesIT::marks);
    assertThat(text()).isEqualTo("3");
  }

  @Test
  @DisplayName("a mark that fails for a moment is not passed over")
  void waitsForItsMarks() {
    configMap("1");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    configMap("2");
    leaves();
    proxy.inject(1, FencedPassesIT::marks, FaultProxy.status(503, "ServiceUnavailable"));

    ReconcileOutcome outcome = target.reconcile(new Term("second").pass());

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.IN_SYNC);
    assertThat(proxy.seen()).filteredOn(FencedPassesIT::marks).hasSize(2);
  }

  @Test
  @DisplayName("what a predecessor may have made and nobody may read does not hold up a successor")
  void passesWhatItMayNotRead() {
    configMap("1");
    leaves();
    proxy.inject(
        1,
        r -> r.method().equals("GET") && r.path().endsWith("/configmaps/a"),
        FaultProxy.status(403, "Forbidden"));

    ReconcileOutcome outcome = target.reconcile(new Term("second").pass());

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a status that moves does not refuse a removal")
  void passesOverStatus() {
    quota();
    configMap("1");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    target.remove("quota");
    Plan<ManifestSet> plan = target.plan(term.pass());
    status("1");
    proxy.inject(
        1, FencedPassesIT::deletes, FaultProxy.then(() -> status("2"), proxy.late(Duration.ZERO)));

    Outcome outcome = target.apply(plan, result -> {}, term.pass());

    assertThat(outcome.results())
        .allSatisfy(r -> assertThat(r.actuation()).as("%s", r).isEqualTo(Actuation.SUCCEEDED));
    assertThat(target.live("v1", "ResourceQuota", "quota")).isNull();
    assertThat(proxy.seen()).filteredOn(FencedPassesIT::deletes).hasSize(2);
  }

  @Test
  @DisplayName("what moves besides its status after the last look is not removed")
  void refusesWhatMoved() {
    quota();
    configMap("1");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    target.remove("quota");
    Plan<ManifestSet> plan = target.plan(term.pass());
    proxy.inject(
        1, FencedPassesIT::deletes, FaultProxy.then(this::annotate, proxy.late(Duration.ZERO)));

    Outcome outcome = target.apply(plan, result -> {}, term.pass());

    assertThat(outcome.results())
        .filteredOn(r -> r.change().id().name().equals("quota"))
        .satisfiesExactly(
            r -> assertThat(r.failure().map(Failure::code)).contains("K8S-STALE-PLAN"));
    assertThat(target.live("v1", "ResourceQuota", "quota")).isNotNull();
  }

  @Test
  @DisplayName("what is removed over a version that moved needs the right to write once more")
  void looksAtItsRight() {
    quota();
    configMap("1");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    target.remove("quota");
    Plan<ManifestSet> plan = target.plan(term.pass());
    Runnable last =
        () -> {
          status("1");
          term.end();
        };
    proxy.inject(1, FencedPassesIT::deletes, FaultProxy.then(last, proxy.late(Duration.ZERO)));

    Outcome outcome = target.apply(plan, result -> {}, term.pass());

    assertThat(outcome.results())
        .filteredOn(r -> r.change().id().name().equals("quota"))
        .extracting(ChangeResult::actuation)
        .containsExactly(Actuation.FAILED);
    assertThat(target.live("v1", "ResourceQuota", "quota")).isNotNull();
    assertThat(proxy.seen()).filteredOn(FencedPassesIT::deletes).hasSize(1);
  }

  @Test
  @DisplayName("a status that moves does not refuse a replacement")
  void replacesOverStatus() {
    deployment("one");
    assertThat(pass().kind()).isEqualTo(Kind.APPLIED);
    String uid = target.live("apps/v1", "Deployment", "web").getMetadata().getUid();
    deployment("two");
    proxy.inject(
        1,
        r -> r.method().equals("DELETE"),
        FaultProxy.then(
            () ->
                target
                    .client()
                    .apps()
                    .deployments()
                    .inNamespace(target.namespace())
                    .withName("web")
                    .editStatus(
                        d ->
                            new DeploymentBuilder(d)
                                .withNewStatus()
                                .withObservedGeneration(1L)
                                .endStatus()
                                .build()),
            proxy.late(Duration.ZERO)));

    ReconcileOutcome outcome = pass();

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.APPLIED);
    assertThat(target.live("apps/v1", "Deployment", "web").getMetadata().getUid())
        .isNotEqualTo(uid);
  }

  private void deployment(String selector) {
    target.file(
        "web",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          annotations: {argocd.argoproj.io/sync-options: Force=true}
        spec:
          selector: {matchLabels: {app: SELECTOR}}
          template:
            metadata: {labels: {app: SELECTOR}}
            spec: {containers: [{name: web, image: web}]}
        """
            .replace("SELECTOR", selector));
  }

  private void quota() {
    target.file(
        "quota",
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: quota}, spec: {hard: {pods: '9'}}}");
  }

  private void status(String used) {
    target
        .client()
        .resourceQuotas()
        .inNamespace(target.namespace())
        .withName("quota")
        .editStatus(
            q ->
                new ResourceQuotaBuilder(q)
                    .withNewStatus()
                    .addToUsed("pods", new Quantity(used))
                    .endStatus()
                    .build());
  }

  private void annotate() {
    target
        .client()
        .resourceQuotas()
        .inNamespace(target.namespace())
        .withName("quota")
        .edit(
            q ->
                new ResourceQuotaBuilder(q)
                    .editMetadata()
                    .addToAnnotations("gitops4j.io/fence", "second")
                    .endMetadata()
                    .build());
  }

  private static boolean deletes(Request request) {
    return request.method().equals("DELETE") && request.path().endsWith("/quota");
  }

  /** The lease ends before the intent is settled. */
  private void leaves() {
    target.apply(target.plan(term.pass()), result -> term.end(), term.pass());
    target.restart(c -> c);
  }

  private static boolean marks(Request request) {
    return request.query().contains("gitops4j-fence") && request.path().endsWith("/configmaps/a");
  }

  /** Not the first time, which is a POST like that of any other Secret. */
  private static boolean storesIntent(Request request) {
    return request.writes() && request.path().contains("gitops4j-intent");
  }

  private void configMap(String text) {
    target.file(
        "a",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {text: '%s'}}"
            .formatted(text));
  }

  private String text() {
    return target
        .client()
        .configMaps()
        .inNamespace(target.namespace())
        .withName("a")
        .get()
        .getData()
        .get("text");
  }

  private ReconcileOutcome pass() {
    return target.reconcile(term.pass());
  }
}
