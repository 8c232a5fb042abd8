package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.diff.Rehearsal;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Fault;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two field managers that want the same field. */
class ConflictPolicyIT {
  private static final String DESIRED =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: shared, namespace: NS, annotations: {example.com/note: "%s"}}
      data: {size: "%s", colour: blue}
      """;
  private static final String THEIRS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: shared, namespace: NS}
      data: {size: "%s"}
      """;
  private static final String NOTHING =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: shared, namespace: NS}
      """;

  private final ScratchTarget target = new ScratchTarget("conflict", b -> b);

  @AfterEach
  void close() {
    target.close();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("after an apply a pass is quiet and asks for no dry run, whoever else owns a field")
  @EnumSource(
      value = ConflictPolicy.class,
      names = {"FORCE", "YIELD", "ADOPT"})
  void isQuietAfterAnApply(ConflictPolicy policy) {
    configure(policy);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));

    target.reconcile();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    git("two", "1");
    ReconcileOutcome changed = target.reconcile();
    assertThat(changed.kind()).as(changed.toString()).isEqualTo(Kind.APPLIED);

    target.proxy().forget();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(target.dryRuns()).isZero();
    assertThat(live().getData())
        .containsEntry("size", policy == ConflictPolicy.FORCE ? "1" : "5")
        .containsEntry("colour", "blue");
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/note", "two");
  }

  @Test
  @DisplayName("a yielded field is left to its owner, the plan says so, and it returns afterwards")
  void yields() {
    configure(ConflictPolicy.YIELD);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));

    Change left = ScratchTarget.change(target.plan(), "shared");
    assertThat(left.action()).isEqualTo(Action.NONE);
    assertThat(left.note()).contains("leaves data.size to other");
    target.proxy().forget();
    assertThat(ScratchTarget.change(target.plan(), "shared").note()).isEqualTo(left.note());
    assertThat(target.dryRuns()).as("the same question twice").isZero();
    target.applyAs("other", THEIRS.formatted("6"));
    assertThat(target.reconcile().kind()).as("its owner may change it").isEqualTo(Kind.IN_SYNC);

    // The other lets go, and the field goes with it.
    target.applyAs("other", NOTHING);
    assertThat(live().getData()).doesNotContainKey("size");
    ReconcileOutcome back = target.reconcile();
    assertThat(back.kind()).as(back.toString()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("an object that is yielded whole is joined, not changed, and the rest of it is ours")
  void joins() {
    target.applyAs("kubectl", THEIRS.formatted("5"));
    target.restart(
        b ->
            b.adoption(AdoptionPolicy.ADOPT_IF_UNOWNED).conflicts(ConflictPolicy.YIELD, List.of()));
    git("one", "1");

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(live().getData()).isEqualTo(Map.of("size", "5", "colour", "blue"));
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/note", "one");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    target.remove("shared");
    target.file("else", "{apiVersion: v1, kind: ConfigMap, metadata: {name: else}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live()).as("it was adopted, so it is pruned").isNull();
  }

  @Test
  @DisplayName("an adopted field keeps the live value and outlives its other owner, until Git's")
  void adopts() {
    configure(ConflictPolicy.ADOPT);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));

    assertThat(target.reconcile().kind()).as("it is owned again").isEqualTo(Kind.APPLIED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(live().getData()).containsEntry("size", "5");

    target.applyAs("other", NOTHING);
    assertThat(live().getData()).as("it is ours too").containsEntry("size", "5");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName(
      "fault 23: with FAIL the plan shows who is in the way, and nothing of the object is written")
  void fails() {
    configure(ConflictPolicy.FAIL);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", THEIRS.formatted("5"));
    git("two", "1");
    target.file("else", "{apiVersion: v1, kind: ConfigMap, metadata: {name: else}}");

    Change planned = ScratchTarget.change(target.plan(), "shared");
    assertThat(planned.action()).isEqualTo(Action.UPDATE);
    assertThat(planned.note())
        .contains("data.size is \"5\" and owned by other (Apply), desired is \"1\"");
    assertThat(planned.fields()).extracting(f -> f.path()).contains("data.size");
    ReconcileOutcome outcome = target.reconcile();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    Failure failure = target.result(outcome, "shared").failure().orElseThrow();
    assertThat(failure.code()).isEqualTo("K8S-FIELD-CONFLICT");
    assertThat(failure.reason()).contains("data.size", "other", "Apply", "\"5\"", "\"1\"");
    assertThat(target.result(outcome, "else").actuation()).isEqualTo(Actuation.SUCCEEDED);
    assertThat(live().getData()).containsEntry("size", "5");
    assertThat(live().getMetadata().getAnnotations()).containsEntry("example.com/note", "one");

    git("two", "5");
    assertThat(target.reconcile().kind()).as("both want the same").isEqualTo(Kind.APPLIED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("the values of a Secret are in no message about a conflict")
  void masksSecrets() {
    configure(ConflictPolicy.FAIL);
    String secret =
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: key, namespace: NS}
        data: {k: %s}
        """;
    target.file("key", secret.formatted("ZGVzaXJlZC1jYW5hcnk="));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", secret.formatted("bGl2ZS1jYW5hcnk="));

    ReconcileOutcome outcome = target.reconcile();

    ChangeResult result = target.result(outcome, "key");
    assertThat(result.failure().orElseThrow().reason()).contains("data.k", "other");
    assertThat(outcome.toString())
        .doesNotContain("canary")
        .doesNotContain("ZGVzaXJlZC1jYW5hcnk=")
        .doesNotContain("bGl2ZS1jYW5hcnk=");
  }

  @Test
  @DisplayName(
      "rules are per field path: the first that matches holds, the rest follows the default")
  void followsRulesPerPath() {
    target.restart(
        b ->
            b.conflicts(
                ConflictPolicy.FORCE,
                List.of(
                    rule("spec.template.spec.containers[name=web].image", ConflictPolicy.YIELD),
                    rule("/spec/replicas", ConflictPolicy.ADOPT),
                    rule("spec.template", ConflictPolicy.FORCE))));
    String web =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: NS}
        spec:
          replicas: %s
          paused: %s
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: side, image: "%s"}
              - {name: web, image: "%s"}
        """;
    target.file("web", web.formatted(2, true, "nginx:1", "nginx:1"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", web.formatted(5, false, "nginx:9", "nginx:9"));

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(target.live("apps/v1", "Deployment", "web").get("spec").toString())
        .contains("replicas=5", "paused=true")
        .contains("image=nginx:9")
        .contains("image=nginx:1,");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("items of lists are told by their keys, and numbers by their value")
  void findsItemsByTheirKeys() {
    target.restart(
        b ->
            b.conflicts(
                ConflictPolicy.FAIL,
                List.of(
                    new ConflictRule(
                        "",
                        "Service",
                        "",
                        "",
                        "spec.ports[port=80].targetPort",
                        ConflictPolicy.YIELD),
                    new ConflictRule(
                        "", "Service", "", "", "spec.ports[name=gone]", ConflictPolicy.ADOPT))));
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: svc, namespace: NS}
        spec:
          selector: {app: a}
          ports:
          - {name: tls, port: 443, targetPort: 8443}
          - {name: web, port: 80, targetPort: %s}
        """;
    target.file("svc", service.formatted(8080));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", service.formatted(9090));

    ReconcileOutcome quiet = target.reconcile();

    assertThat(quiet.kind()).as("8443 is what both want").isEqualTo(Kind.IN_SYNC);
    target.file("svc", service.formatted(8080).replace("8443", "8444"));
    Change refused = ScratchTarget.change(target.plan(), "svc");
    assertThat(refused.note())
        .contains("spec.ports[name=tls].targetPort is 8443 and owned by other (Apply)")
        .doesNotContain("9090");
    target.applyAs("other", service.formatted(9090).replace("8443", "8444"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(target.live("v1", "Service", "svc").get("spec").toString())
        .contains("targetPort=9090", "targetPort=8444");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("a field that somebody takes between plan and write obeys its policy as well")
  @EnumSource(
      value = ConflictPolicy.class,
      names = {"FAIL", "YIELD", "ADOPT"})
  void obeysWhenRaced(ConflictPolicy policy) {
    configure(policy);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    git("two", "2");
    Plan<ManifestSet> plan = target.plan();
    target.applyAs("other", THEIRS.formatted("5"));

    Outcome outcome = target.apply(plan);

    assertThat(outcome.complete()).isFalse();
    assertThat(live().getData()).containsEntry("size", "5");
    // Without a change of content there is nothing stale, but there is another owner.
    git("three", "2");
    Plan<ManifestSet> next = target.plan();
    target.applyAs("third", THEIRS.formatted("5"));
    target.apply(next);
    assertThat(live().getData()).containsEntry("size", "5");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("an object that somebody makes between plan and write is left to them")
  @EnumSource(ConflictPolicy.class)
  void leavesWhatAppeared(ConflictPolicy policy) {
    configure(policy);
    target.file("else", "{apiVersion: v1, kind: ConfigMap, metadata: {name: else}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    for (String theirs : List.of(THEIRS.formatted("5"), THEIRS.formatted("1"), NOTHING)) {
      git("one", "1");
      Plan<ManifestSet> plan = target.plan();
      target.applyAs("other", theirs);
      String version = live().getMetadata().getResourceVersion();

      Outcome outcome = target.apply(plan);

      assertThat(outcome.results())
          .flatExtracting(result -> result.failure().stream().toList())
          .extracting(Failure::code)
          .containsExactly("K8S-STALE-PLAN");
      assertThat(live().getMetadata().getResourceVersion()).isEqualTo(version);
      ReconcileOutcome.Failed next = (ReconcileOutcome.Failed) target.reconcile();
      assertThat(next.failure().code()).isEqualTo("K8S-NOT-OWNED");
      target.remove("shared");
      assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
      assertThat(live().getMetadata().getResourceVersion())
          .as("what nobody agreed to own is not pruned")
          .isEqualTo(version);
      target.client().resource(live()).delete();
    }
  }

  @Test
  @DisplayName("an object that appeared and may be adopted is adopted by the next pass")
  void adoptsWhatAppeared() {
    target.restart(b -> b.adoption(AdoptionPolicy.ADOPT_IF_UNOWNED));
    git("one", "1");
    Plan<ManifestSet> plan = target.plan();
    target.applyAs("other", THEIRS.formatted("5"));

    assertThat(target.apply(plan).complete()).isFalse();
    assertThat(ScratchTarget.change(target.plan(), "shared").reason()).isEqualTo(Reason.ADOPTED);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).isEqualTo(Map.of("size", "1", "colour", "blue"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a server that takes no version for a new object is looked at first")
  void looksWhereNoVersionIsTaken() {
    configure(ConflictPolicy.FORCE);
    Fault refuse =
        FaultProxy.answer(
            400,
            Map.of("Content-Type", "application/json"),
            "{\"kind\": \"Status\", \"message\": \"ResourceVersion must not be set\"}");
    git("one", "1");
    Plan<ManifestSet> plan = target.plan();
    target.applyAs("other", NOTHING);
    target.proxy().inject(1, r -> r.writes() && r.path().endsWith("/shared"), refuse);
    assertThat(target.apply(plan).complete()).isFalse();
    assertThat(live().getData()).isEmpty();
    target.client().resource(live()).delete();
    target.proxy().inject(1, r -> r.writes() && r.path().endsWith("/shared"), refuse);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "1");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what has our label already when it is made obeys the policy of its fields")
  @EnumSource(
      value = ConflictPolicy.class,
      names = {"FORCE", "YIELD", "FAIL"})
  void goesOnWithWhatIsOurs(ConflictPolicy policy) {
    configure(policy);
    git("one", "1");
    Plan<ManifestSet> plan = target.plan();
    makeLabelled();

    Outcome outcome = target.apply(plan);

    assertThat(outcome.complete()).isEqualTo(policy != ConflictPolicy.FAIL);
    assertThat(live().getData()).containsEntry("size", policy == ConflictPolicy.FORCE ? "1" : "5");
    if (policy == ConflictPolicy.FAIL) {
      assertThat(target.result(outcome, "shared").failure().orElseThrow().code())
          .isEqualTo("K8S-FIELD-CONFLICT");
      return;
    }
    assertThat(live().getData()).containsEntry("colour", "blue");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName(
      "under leadership what has our label may be a successor's: only a new plan writes it")
  void leavesWhatASuccessorMayHaveMade() {
    configure(ConflictPolicy.FORCE);
    Term term = new Term("first");
    git("one", "1");
    Plan<ManifestSet> plan = target.plan(term.pass());
    makeLabelled();

    Outcome outcome = target.apply(plan, result -> {}, term.pass());

    assertThat(target.result(outcome, "shared").failure().orElseThrow().code())
        .isEqualTo("K8S-STALE-PLAN");
    assertThat(live().getData()).isEqualTo(Map.of("size", "5"));
    assertThat(target.reconcile(term.pass()).kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).isEqualTo(Map.of("size", "1", "colour", "blue"));
  }

  @Test
  @DisplayName("a busy server says nothing of whose an object is: it is asked again")
  void asksABusyServerAgain() {
    configure(ConflictPolicy.FORCE);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    git("one", "2");
    Plan<ManifestSet> plan = target.plan();
    target
        .proxy()
        .inject(1, r -> r.writes() && r.path().endsWith("/shared"), target.proxy().cutAfter());
    target
        .proxy()
        .inject(
            1,
            r -> r.query().contains("dryRun") && r.path().endsWith("/shared"),
            FaultProxy.status(429, "TooManyRequests"));

    assertThat(target.apply(plan).complete()).isTrue();

    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("what no plan could show because a webhook was silent is not written")
  void doesNotWriteWhatWasNotSeen() {
    configure(ConflictPolicy.FORCE);
    git("one", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    git("one", "2");
    String silent =
        "{\"kind\": \"Status\", \"message\": \"failed calling webhook \\\"w.example\\\"\"}";
    target
        .proxy()
        .inject(
            99,
            r -> r.query().contains("dryRun"),
            FaultProxy.answer(500, Map.of("Content-Type", "application/json"), silent));
    Plan<ManifestSet> plan = target.plan();
    target.proxy().mend();
    assertThat(ScratchTarget.change(plan, "shared").rehearsal()).isEqualTo(Rehearsal.UNKNOWN);

    Outcome outcome = target.apply(plan);

    Failure failure = target.result(outcome, "shared").failure().orElseThrow();
    assertThat(failure.code()).isEqualTo("K8S-SERVER-ERROR");
    assertThat(failure.reason()).contains("w.example does not answer");
    assertThat(live().getData()).containsEntry("size", "1");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getData()).containsEntry("size", "2");
  }

  /** As what an attempt left of which nobody heard, with a field that somebody moved. */
  private void makeLabelled() {
    String label = "{labels: {%s: %s}, name".formatted(Observer.TARGET_LABEL, hash());
    target.applyAs("other", THEIRS.formatted("5").replace("{name", label));
  }

  private String hash() {
    return new TargetId(target.namespace()).shortHash();
  }

  private void configure(ConflictPolicy policy) {
    target.proxy();
    target.restart(b -> b.conflicts(policy, List.of()));
  }

  private static ConflictRule rule(String path, ConflictPolicy policy) {
    return new ConflictRule("apps", "Deployment", "", "web", path, policy);
  }

  private void git(String note, String size) {
    target.file("shared", DESIRED.formatted(note, size));
  }

  private ConfigMap live() {
    return target.client().configMaps().inNamespace(target.namespace()).withName("shared").get();
  }
}
