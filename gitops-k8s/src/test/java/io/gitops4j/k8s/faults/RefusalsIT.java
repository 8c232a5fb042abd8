package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.testing.CustomKinds;
import io.gitops4j.k8s.testing.FaultProxy;
import io.gitops4j.k8s.testing.FaultProxy.Request;
import io.gitops4j.k8s.testing.TestCluster;
import io.gitops4j.model.ResourceId;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a server refuses: by its schema, by admission, by size, or because of who owns it. */
class RefusalsIT {
  private final FaultedTarget target =
      FaultedTarget.on(TestCluster.shared(), c -> c.requestTimeout(Duration.ofSeconds(60)));
  private final List<HasMetadata> policies = new ArrayList<>();

  @AfterEach
  void close() {
    policies.forEach(p -> target.admin().resource(p).delete());
    target.close();
  }

  @Test
  @DisplayName(
      "fault 5: an error of the manifest is not tried again, also when it is told as a 500")
  void errorsOfTheUser() {
    target.applied();
    Map<String, String> bad =
        Map.of(
            "a",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {text: [1, 2]}}",
            "keys",
            "{apiVersion: v1, kind: Secret, metadata: {name: keys}, data: {value: 'not base64!'}}",
            "twice",
            """
            apiVersion: v1
            kind: Service
            metadata: {name: twice}
            spec: {ports: [{port: 80, name: a}, {port: 80, name: b}]}
            """,
            "text",
            """
            apiVersion: v1
            kind: Service
            metadata: {name: text}
            spec: {ports: [{port: eighty}]}
            """);
    bad.forEach(
        (name, yaml) -> {
          String good = target.files().get("app/" + name + ".yaml");
          target.put(name, yaml);
          target.put("b", FaultedTarget.configMap("b", "beside " + name));
          target.commit();
          target.proxy().forget();

          ReconcileOutcome outcome = target.pass();

          assertThat(outcome.kind()).as("%s: %s", name, outcome).isEqualTo(Kind.INCOMPLETE);
          Failure failure = failure(outcome, name);
          assertThat(failure.retryability()).as("%s", failure).isNotEqualTo(Retryability.RETRY);
          assertThat(target.proxy().seen())
              .filteredOn(r -> r.writes() && r.path().endsWith("/" + name))
              .as("tries of %s: %s", name, failure)
              .hasSize(1);
          assertThat(target.text("b")).contains("beside " + name);
          if (good == null) {
            target.remove(name);
          } else {
            target.put(name, good);
          }
          target.commit();
        });
    target.converges();
  }

  @Test
  @DisplayName("fault 15: a resource waits until its definition is served, however long that takes")
  void waitsForTheDefinition() {
    String group = target.namespace() + ".example.org";
    target.put("crd", CustomKinds.things(group));
    target.put("thing", "{apiVersion: %s/v1, kind: Thing, metadata: {name: one}}".formatted(group));
    target.commit();
    target
        .proxy()
        .inject(
            5,
            r -> r.path().endsWith("/things") && r.query().contains("limit=1"),
            FaultProxy.answer(404, Map.of(), "404 page not found"));

    target.applied();

    target.converges();
    target
        .admin()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("things." + group)
        .delete();
  }

  @Test
  @DisplayName("fault 18: what admission denies fails alone, and the plan foretells it")
  void denied() {
    target.applied();
    policy("CREATE\", \"UPDATE", "object.metadata.name != 'a' || object.data.text != 'denied'");
    target.put("a", FaultedTarget.configMap("a", "denied"));
    target.put("b", FaultedTarget.configMap("b", "2"));
    target.commit();

    ReconcileOutcome outcome = target.pass();

    assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
    Failure failure = failure(outcome, "a");
    assertThat(failure.code()).isEqualTo("K8S-DENIED");
    assertThat(failure.reason()).contains("no, says the policy");
    assertThat(((ReconcileOutcome.Incomplete) outcome).plan().changes())
        .filteredOn(c -> c.id().name().equals("a"))
        .singleElement()
        .satisfies(c -> assertThat(c.note()).contains("no, says the policy"));
    assertThat(target.text("b")).contains("2");
    assertThat(target.text("a")).contains("1");
    target.put("a", FaultedTarget.configMap("a", "allowed"));
    target.commit();
    target.converges();
  }

  @Test
  @DisplayName("fault 19: what may not be deleted stays owned, is reported, and is tried again")
  void mayNotBeDeleted() {
    target.applied();
    policy("DELETE", "oldObject.metadata.name != 'b'");
    target.remove("b");
    target.commit();

    for (int i = 0; i < 2; i++) {
      ReconcileOutcome outcome = target.pass();

      assertThat(outcome.kind()).isEqualTo(Kind.INCOMPLETE);
      assertThat(failure(outcome, "b").code()).isEqualTo("K8S-DENIED");
      assertThat(target.inventory())
          .contains(new ResourceId("", "ConfigMap", target.namespace(), "b"));
    }
    policies.forEach(p -> target.admin().resource(p).delete());
    policies.clear();
    await().ignoreExceptions().untilAsserted(target::converges);
    assertThat(target.text("b")).isEmpty();
  }

  @Test
  @DisplayName("fault 20: a webhook that is down fails what it would be asked about, and no other")
  void webhookDown() {
    target.applied();
    create(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: %1$s}
        webhooks:
        - name: down.example.org
          clientConfig: {url: "https://127.0.0.1:1/"}
          failurePolicy: Fail
          sideEffects: None
          timeoutSeconds: 1
          admissionReviewVersions: [v1]
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
          rules:
          - {apiGroups: [""], apiVersions: [v1], operations: ["*"], resources: [configmaps]}
        """);
    awaitRefusal();
    target.put("a", FaultedTarget.configMap("a", "2"));
    target.put("c", FaultedTarget.configMap("c", "1"));
    target.put("more", FaultedTarget.secret("more", FaultedTarget.CANARY));
    target.commit();

    ReconcileOutcome outcome = target.pass();

    assertThat(outcome.kind()).as("%s", outcome).isEqualTo(Kind.INCOMPLETE);
    for (String name : List.of("a", "c")) {
      assertThat(failure(outcome, name).retryability()).isEqualTo(Retryability.RETRY);
      assertThat(failure(outcome, name).reason()).contains("down.example.org");
    }
    assertThat(((ReconcileOutcome.Incomplete) outcome).plan().changes())
        .filteredOn(c -> c.id().name().equals("a"))
        .singleElement()
        .satisfies(c -> assertThat(c.note()).contains("down.example.org does not answer"));
    assertThat(target.admin().secrets().inNamespace(target.namespace()).withName("more").get())
        .as("made beside them")
        .isNotNull();
    assertThat(target.text("a")).contains("1");
    policies.forEach(p -> target.admin().resource(p).delete());
    policies.clear();
    await().ignoreExceptions().untilAsserted(target::converges);
  }

  @Test
  @DisplayName("faults 26 to 29: what is too large for a server is refused before anything is sent")
  void tooLarge() {
    String large = "x".repeat(1024 * 1024 + 1);
    String group = target.namespace() + ".example.org";
    target.put("crd", CustomKinds.things(group));
    target.commit();
    target.applied();
    Map<String, String> oversized =
        Map.of(
            "config",
            FaultedTarget.configMap("config", large),
            "secret",
            FaultedTarget.secret("secret", large),
            "thing",
            "{apiVersion: %s/v1, kind: Thing, metadata: {name: thing}, spec: {a: '%s'}}"
                .formatted(group, "x".repeat(1600 * 1024)),
            "body",
            "{apiVersion: %s/v1, kind: Thing, metadata: {name: body}, spec: {a: '%s'}}"
                .formatted(group, "x".repeat(3200 * 1024)),
            "noted",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: noted, annotations: {a: '%s'}}}"
                .formatted("x".repeat(257 * 1024)));
    oversized.forEach(
        (name, yaml) -> {
          target.put(name, yaml);
          target.put("b", FaultedTarget.configMap("b", "beside " + name));
          target.commit();
          target.proxy().forget();

          ReconcileOutcome outcome = target.pass();

          assertThat(outcome.kind()).as(name).isEqualTo(Kind.FAILED);
          Failure failure = ((ReconcileOutcome.Failed) outcome).failure();
          assertThat(failure.code()).isEqualTo("K8S-TOO-LARGE");
          assertThat(failure.message()).contains("app/" + name + ".yaml").hasSizeLessThan(1000);
          assertThat(target.proxy().seen()).noneMatch(Request::writes);
          target.remove(name);
          target.commit();
        });
    target.converges();
    target
        .admin()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("things." + group)
        .delete();
  }

  @Test
  @DisplayName("fault 27: what only the server's bookkeeping makes too large is not tried again")
  void tooLargeForTheDatabase() {
    String group = target.namespace() + ".example.org";
    target.put("crd", CustomKinds.things(group));
    target.commit();
    target.applied();
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 7_000; i++) {
      many.append("k".repeat(120)).append(i).append(": v, ");
    }
    target.put(
        "thing",
        "{apiVersion: %s/v1, kind: Thing, metadata: {name: thing}, spec: {%s}}"
            .formatted(group, many));
    target.commit();
    target.proxy().forget();

    ReconcileOutcome outcome = target.pass();

    Failure failure = failure(outcome, "thing");
    assertThat(failure.code()).as("%s", failure).isEqualTo("K8S-TOO-LARGE");
    assertThat(target.proxy().seen())
        .filteredOn(r -> r.writes() && r.path().endsWith("/thing"))
        .hasSize(1);
    target.remove("thing");
    target.commit();
    target.converges();
    target
        .admin()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("things." + group)
        .delete();
  }

  @Test
  @DisplayName(
      "fault 49: a second target that wants the same object is refused, and nothing fights")
  void secondOwner() {
    target.applied();

    ReconcileOutcome second = target.passOfAnother(target.namespace() + "-2");

    assertThat(second.kind()).isEqualTo(Kind.FAILED);
    assertThat(((ReconcileOutcome.Failed) second).failure().code()).isEqualTo("K8S-NOT-OWNED");
    target.converges();
  }

  private static Failure failure(ReconcileOutcome outcome, String name) {
    assertThat(outcome).isInstanceOf(ReconcileOutcome.Incomplete.class);
    Outcome results = ((ReconcileOutcome.Incomplete) outcome).outcome();
    ChangeResult result =
        results.results().stream()
            .filter(r -> r.change().id().name().equals(name))
            .findFirst()
            .orElseThrow();
    return result.failure().orElseThrow();
  }

  /** Denies in the target's namespace what an expression does not hold for. */
  private void policy(String operations, String expression) {
    create(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: %%1$s}
        spec:
          failurePolicy: Fail
          matchConstraints:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %%1$s}}
            resourceRules:
            - {apiGroups: [""], apiVersions: [v1], operations: ["%s"], resources: [configmaps]}
          validations:
          - expression: "%s && !(request.operation == 'CREATE' && object.metadata.name == 'probe')"
            message: "no, says the policy"
        """
            .formatted(
                operations.equals("DELETE") ? "DELETE\", \"CREATE" : operations,
                operations.equals("DELETE")
                    ? "(request.operation != 'DELETE' || " + expression + ")"
                    : "(" + expression + ")"));
    create(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: %1$s}
        spec: {policyName: %1$s, validationActions: [Deny]}
        """);
    awaitRefusal();
  }

  private void create(String yaml) {
    HasMetadata object =
        Serialization.unmarshal(yaml.formatted(target.namespace()), HasMetadata.class);
    target.admin().resource(object).create();
    policies.add(object);
  }

  /** Admission hears of what it admits a moment later. */
  private void awaitRefusal() {
    await()
        .until(
            () -> {
              try {
                target
                    .admin()
                    .resource(
                        new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("probe")
                            .withNamespace(target.namespace())
                            .endMetadata()
                            .build())
                    .dryRun()
                    .create();
                return false;
              } catch (KubernetesClientException e) {
                return true;
              }
            });
  }
}
