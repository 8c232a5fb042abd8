package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Desired objects that a cluster makes by itself, before a pass or in the middle of it. */
class ComesByItselfIT {
  private static final String ACCOUNT =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: default, namespace: NS, %s}
      """;

  private final ScratchTarget target = new ScratchTarget("itself", b -> b);

  @AfterEach
  void close() {
    target.close();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what is made with a namespace while a pass runs becomes ours, and keeps the rest")
  @EnumSource(ConflictPolicy.class)
  void joinsInTheSamePass(ConflictPolicy policy) {
    target.restart(b -> b.conflicts(policy, List.of()));
    target.file("account", ACCOUNT.formatted("labels: {a: ours}"));
    Plan<ManifestSet> plan = target.plan();
    target.applyAs("other", ACCOUNT.formatted("annotations: {b: theirs}"));

    assertThat(target.apply(plan).complete()).isTrue();

    assertJoined();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what is there since a pass that ended too early becomes ours, and keeps the rest")
  @EnumSource(ConflictPolicy.class)
  void joinsInALaterPass(ConflictPolicy policy) {
    target.restart(b -> b.conflicts(policy, List.of()));
    target.file("account", ACCOUNT.formatted("labels: {a: ours}"));
    target.applyAs("other", ACCOUNT.formatted("annotations: {b: theirs}"));
    Change planned = ScratchTarget.change(target.plan(), "default");
    assertThat(planned.reason()).isEqualTo(Reason.JOINED);
    assertThat(planned.fields()).allMatch(f -> f.path().startsWith("metadata.labels"));

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertJoined();
  }

  private void assertJoined() {
    assertThat(account().getLabels())
        .containsEntry("a", "ours")
        .containsEntry(Observer.TARGET_LABEL, hash());
    assertThat(account().getAnnotations()).containsEntry("b", "theirs");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName(
      "what somebody set in it is not overwritten until adoption is allowed; the plan says so")
  void takesNothingFromOthers() {
    target.file("account", ACCOUNT.formatted("labels: {a: ours}"));
    target.applyAs("other", ACCOUNT.formatted("labels: {a: theirs}"));
    assertThat(ScratchTarget.change(target.plan(), "default").note())
        .contains("what others set in it stays")
        .contains("metadata.labels.a");

    ReconcileOutcome outcome = target.reconcile();

    Failure failure = target.result(outcome, "default").failure().orElseThrow();
    assertThat(failure.code()).isEqualTo("K8S-FIELD-CONFLICT");
    assertThat(failure.nextStep().orElseThrow()).contains("adoption");
    assertThat(account().getLabels()).containsEntry("a", "theirs");
    target.restart(b -> b.adoption(AdoptionPolicy.ADOPT_IF_UNOWNED));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(account().getLabels()).containsEntry("a", "ours");
  }

  @Test
  @DisplayName("it is not overwritten as a whole, though its annotation asks for that")
  void doesNotOverwrite() {
    target.applyAs("other", ACCOUNT.formatted("labels: {b: theirs}"));
    target.file(
        "account",
        ACCOUNT.formatted(
            "labels: {a: ours}, annotations: {argocd.argoproj.io/sync-options: Replace=true}"));

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(account().getLabels()).containsEntry("a", "ours").containsEntry("b", "theirs");
  }

  @Test
  @DisplayName("a namespace that was made for what is kept becomes ours in the same pass")
  void joinsTheNamespaceOfTheState() {
    String state = keepStateElsewhere();
    fileNamespace(state);

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertNamespaceJoined(state);
  }

  @Test
  @DisplayName(
      "a namespace that an earlier pass made for what is kept becomes ours once it is in Git")
  void joinsTheNamespaceOfTheStateLater() {
    String state = keepStateElsewhere();
    target.file("a", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    fileNamespace(state);

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertNamespaceJoined(state);
  }

  private String keepStateElsewhere() {
    String state = target.namespace() + "-state";
    target.restart(b -> b.stateNamespace(state));
    return state;
  }

  private void fileNamespace(String name) {
    target.file("state", "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name));
  }

  private void assertNamespaceJoined(String name) {
    assertThat(target.client().namespaces().withName(name).get().getMetadata().getLabels())
        .containsEntry(Observer.TARGET_LABEL, hash());
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    target.client().namespaces().withName(name).delete();
  }

  private ObjectMeta account() {
    return target
        .client()
        .serviceAccounts()
        .inNamespace(target.namespace())
        .withName("default")
        .get()
        .getMetadata();
  }

  private String hash() {
    return new TargetId(target.namespace()).shortHash();
  }
}
