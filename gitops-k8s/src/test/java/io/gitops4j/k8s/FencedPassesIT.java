package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
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
