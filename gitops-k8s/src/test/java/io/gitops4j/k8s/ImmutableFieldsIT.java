package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Rehearsal;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Fields that cannot change on a living object, and manifests that are only wrong. */
class ImmutableFieldsIT {
  private static final String POD =
      "{metadata: {labels: {app: A}}, spec: {containers: [{name: a, image: \"I\"}]}}";

  private final ScratchTarget target = new ScratchTarget("immutable", b -> b);

  @AfterEach
  void close() {
    target.close();
  }

  static Stream<Arguments> natives() {
    return Stream.of(
        arguments(
            "v1",
            "Service",
            "spec: {clusterIP: %s, selector: {app: a}, ports: [{port: 80}]}",
            "None",
            "10.0.0.7"),
        arguments(
            "v1",
            "Service",
            "spec: {type: NodePort, clusterIP: %s, selector: {app: a}, ports: [{port: 80, nodePort:"
                + " 30777}]}",
            // Of the first sixteen, which the server gives nobody by itself.
            "10.0.0.11",
            "10.0.0.12"),
        arguments(
            "apps/v1",
            "Deployment",
            "spec: {selector: {matchLabels: {app: %1$s}}, template: "
                + POD.replace("A", "%1$s")
                + "}",
            "one",
            "two"),
        arguments(
            "apps/v1",
            "StatefulSet",
            "spec: {serviceName: %s, selector: {matchLabels: {app: A}}, template: " + POD + "}",
            "one",
            "two"),
        arguments(
            "batch/v1",
            "Job",
            "spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image:"
                + " \"%s\"}]}}}",
            "one",
            "two"),
        arguments("v1", "ConfigMap", "{immutable: true, data: {k: %s}}", "one", "two"),
        arguments("v1", "Secret", "{immutable: true, stringData: {k: %s}}", "one", "two"),
        arguments("v1", "Secret", "{type: example.com/%s, stringData: {k: v}}", "one", "two"),
        arguments(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %s}",
            "one",
            "two"),
        arguments(
            "storage.k8s.io/v1",
            "StorageClass",
            "{provisioner: example.com/p, parameters: {k: %s}}",
            "one",
            "two"),
        arguments("scheduling.k8s.io/v1", "PriorityClass", "value: %s", "10", "20"),
        arguments(
            "v1",
            "PersistentVolumeClaim",
            "spec: {accessModes: [%s], resources: {requests: {storage: 1Gi}}}",
            "ReadWriteOnce",
            "ReadWriteMany"));
  }

  @ParameterizedTest(name = "{1}: {2}")
  @DisplayName(
      "fault 22: a native immutable field is a typed error, and a replacement only where allowed")
  @MethodSource("natives")
  void tellsNativeFields(String version, String kind, String content, String one, String two) {
    put(version, kind, content.formatted(one));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    String uid = uid(version, kind);
    put(version, kind, content.formatted(two));

    ReconcileOutcome refused = target.reconcile();

    ChangeResult result = target.result(refused, target.namespace());
    assertThat(result.failure().orElseThrow().code())
        .as(result.toString())
        .isEqualTo("K8S-IMMUTABLE");
    assertThat(result.change().note()).contains("an immutable field changed");
    assertThat(uid(version, kind)).isEqualTo(uid);

    target.restart(b -> b.replace(ReplacePolicy.IMMUTABLE));
    Change planned = ScratchTarget.change(target.plan(), target.namespace());
    if (kind.equals("PersistentVolumeClaim")) {
      assertThat(planned.action()).isEqualTo(Action.UPDATE);
      assertThat(planned.note()).contains("is protected");
      target.reconcile();
      assertThat(uid(version, kind)).isEqualTo(uid);
      return;
    }
    assertThat(planned.action()).as(planned.note()).isEqualTo(Action.REPLACE);
    assertThat(planned.fields()).isNotEmpty();
    ReconcileOutcome replaced = target.reconcile();
    assertThat(replaced.kind()).as(replaced.toString()).isEqualTo(Kind.APPLIED);
    assertThat(uid(version, kind)).isNotEqualTo(uid);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName(
      "a transition rule of a definition is one too, whatever its author says; a rule that"
          + " is no transition deletes nothing")
  void tellsTransitionRules() {
    String group = target.namespace() + ".example.com";
    target.file("crd", definition(group));
    target.file("w", widget(group, "a", "5"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    String uid = uid(group + "/v1", "Widget");

    target.file("w", widget(group, "b", "5"));
    ReconcileOutcome refused = target.reconcile();
    assertThat(target.result(refused, target.namespace()).failure().orElseThrow().code())
        .isEqualTo("K8S-IMMUTABLE");

    target.restart(b -> b.replace(ReplacePolicy.IMMUTABLE));
    target.file("w", widget(group, "b", "50"));
    ReconcileOutcome invalid = target.reconcile();
    assertThat(target.result(invalid, target.namespace()).failure().orElseThrow().code())
        .isEqualTo("K8S-INVALID");
    assertThat(uid(group + "/v1", "Widget")).isEqualTo(uid);

    target.file("w", widget(group, "b", "5"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(uid(group + "/v1", "Widget")).isNotEqualTo(uid);
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);

    String replaced = uid(group + "/v1", "Widget");
    target.file("crd", definition(group).replace("Namespaced", "Cluster"));
    ReconcileOutcome scope = target.reconcile();
    assertThat(target.result(scope, "widgets." + group).failure().orElseThrow().code())
        .as("a definition, which takes all its objects with it")
        .isEqualTo("K8S-IMMUTABLE");
    assertThat(uid(group + "/v1", "Widget")).isEqualTo(replaced);
  }

  @Test
  @DisplayName("what is only invalid together with what others set is no immutable field")
  void tellsInvalidTogether() {
    target.restart(b -> b.replace(ReplacePolicy.IMMUTABLE));
    String group = target.namespace() + ".example.com";
    target.file("crd", definition(group));
    target.file("w", widget(group, "a", "1"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    String uid = uid(group + "/v1", "Widget");
    target.applyAs(
        "other",
        """
        apiVersion: %s/v1
        kind: Widget
        metadata: {name: NS, namespace: NS}
        spec: {extra: 8}
        """
            .formatted(group));
    target.file("w", widget(group, "a", "6"));

    ReconcileOutcome invalid = target.reconcile();

    assertThat(target.result(invalid, target.namespace()).failure().orElseThrow().code())
        .isEqualTo("K8S-INVALID");
    assertThat(uid(group + "/v1", "Widget")).isEqualTo(uid);
  }

  @Test
  @DisplayName("a definition is never replaced, and the error says why and what can be done")
  void keepsDefinitions() {
    String group = target.namespace() + ".example.com";
    target.file("crd", definition(group));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.file("crd", definition(group).replace("scope: Namespaced", "scope: Cluster"));
    target.restart(b -> b.replace(ReplacePolicy.IMMUTABLE));

    ChangeResult result = target.result(target.reconcile(), "widgets." + group);

    assertThat(result.change().action()).isEqualTo(Action.UPDATE);
    assertThat(result.change().note())
        .contains("spec.scope")
        .contains("CustomResourceDefinition is protected: what depends on it would go with it");
    assertThat(result.failure().orElseThrow().code()).isEqualTo("K8S-IMMUTABLE");
    assertThat(result.failure().orElseThrow().message())
        .contains("spec.scope")
        .contains("where its kind is not protected");

    target.restart(b -> b.replace(ReplacePolicy.IMMUTABLE).protectedKinds(ProtectedKinds.none()));
    Change open = ScratchTarget.change(target.plan(), "widgets." + group);
    assertThat(open.action()).isEqualTo(Action.UPDATE);
    assertThat(open.note())
        .contains("its name is bound to its content")
        .doesNotContain("gitops4j-");
  }

  @Test
  @DisplayName("what cannot change is not sent, unless the definition of its kind changes with it")
  void sendsNothingThatCannotBe() {
    target.proxy();
    put("v1", "ConfigMap", "{immutable: true, data: {k: one}}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    put("v1", "ConfigMap", "{immutable: true, data: {k: two}}");
    target.proxy().forget();

    ReconcileOutcome refused = target.reconcile();

    ChangeResult result = target.result(refused, target.namespace());
    assertThat(result.change().rehearsal()).isEqualTo(Rehearsal.IMPOSSIBLE);
    assertThat(result.failure().orElseThrow().code()).isEqualTo("K8S-IMMUTABLE");
    assertThat(written("/configmaps/")).isZero();

    target.remove("it");
    String group = target.namespace() + ".example.com";
    target.file("crd", definition(group));
    target.file("w", widget(group, "a", "5"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.file("crd", definition(group).replace("self.fixed == oldSelf.fixed", "true"));
    target.file("w", widget(group, "b", "5"));
    assertThat(ScratchTarget.change(target.plan(), target.namespace()).rehearsal())
        .isEqualTo(Rehearsal.IMPOSSIBLE);
    target.proxy().forget();

    target.reconcile();

    assertThat(written("/widgets/")).isPositive();
    await().until(() -> target.reconcile().kind() == Kind.IN_SYNC);
  }

  private long written(String path) {
    return target.proxy().seen().stream()
        .filter(r -> r.writes() && r.path().contains(path) && !r.query().contains("dryRun"))
        .count();
  }

  private String uid(String version, String kind) {
    return target.live(version, kind, target.namespace()).getMetadata().getUid();
  }

  private void put(String version, String kind, String content) {
    target.objectNamedLikeItsNamespace(version, kind, "", content);
  }

  private static String widget(String group, String fixed, String size) {
    return """
    apiVersion: %s/v1
    kind: Widget
    metadata: {name: NS}
    spec: {fixed: %s, size: %s}
    """
        .formatted(group, fixed, size);
  }

  private static String definition(String group) {
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: widgets.%1$s}
    spec:
      group: %1$s
      scope: Namespaced
      names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
      versions:
      - name: v1
        served: true
        storage: true
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                properties:
                  fixed: {type: string}
                  size: {type: integer}
                  extra: {type: integer}
                x-kubernetes-validations:
                - {rule: "self.fixed == oldSelf.fixed", message: "that ship has sailed"}
                - {rule: "self.size < 10", message: "too big"}
                - {rule: "!has(self.extra) || self.size + self.extra < 12", message: "too much"}
    """
        .formatted(group);
  }
}
