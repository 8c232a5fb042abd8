package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.JsonPatch;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.source.Snapshot;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One plan, read as unified text and as JSON Patch. */
class DifferencesIT extends NamespaceHarness {
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: %d
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers: [%s]
      """;

  DifferencesIT() {
    super("differences");
  }

  @Test
  @DisplayName(
      "a change is shown as YAML of live against YAML of the result, with three lines around")
  void showsUnifiedText() {
    file("web", WEB.formatted(1, "{name: web, image: 'nginx:1'}"));
    sync();
    file("web", WEB.formatted(3, "{name: side, image: 'side:1'}, {name: web, image: 'nginx:2'}"));

    assertThat(unified("web"))
        .startsWith("# apps/Deployment " + namespace + "/web: UPDATE, CHANGED\n")
        .contains("--- live/apps/Deployment/" + namespace + "/web\n")
        .contains("+++ planned/apps/Deployment/" + namespace + "/web\n")
        .contains(
            """
               progressDeadlineSeconds: 600
            -  replicas: 1
            +  replicas: 3
               revisionHistoryLimit: 10
            """)
        .contains("-      - image: nginx:1\n")
        .contains("+      - image: nginx:2\n")
        .contains("+      - image: side:1\n")
        .doesNotContain("managedFields", "resourceVersion", "status:");
  }

  @Test
  @DisplayName("what is created is all plus, what is removed all minus")
  void showsWholeObjects() {
    file("gone", configMap("gone", "'yes'"));
    sync();
    files.clear();
    file("fresh", configMap("fresh", "\"on\""));

    assertThat(unified("fresh"))
        .contains("--- /dev/null\n+++ planned/ConfigMap/")
        .contains("+  value: \"on\"\n")
        .doesNotContain("\n-  ");
    assertThat(unified("gone"))
        .contains("--- live/ConfigMap/")
        .contains("+++ /dev/null\n")
        .contains("-  value: \"yes\"\n")
        .doesNotContain("\n+  ");
  }

  @Test
  @DisplayName("the server makes of the patch what it makes of the manifest")
  void patches() {
    file(
        "web",
        WEB.formatted(
            1,
            "{name: web, image: a, env: [{name: A, value: x}, {name: B}]}, {name: old, image: b}"));
    sync();
    file(
        "web",
        WEB.formatted(
            2, "{name: side, image: c}, {name: web, image: d, env: [{name: B}, {name: C/~}]}"));
    Change change = change(plan(), "web");

    Deployment patched =
        web().dryRun().patch(PatchContext.of(PatchType.JSON), JsonPatch.of(change).orElseThrow());
    sync();

    assertThat(patched.getSpec()).isEqualTo(web().get().getSpec());
    assertThat(patched.getSpec().getReplicas()).isEqualTo(2);
  }

  @Test
  @DisplayName("of a Secret it is seen which values change, and none of them")
  void masksSecrets() {
    String secret =
        "{apiVersion: v1, kind: Secret, metadata: {name: s, annotations: {note: canary-0}}, stringData: {a: %s,"
            + " b: canary-b}}";
    file("s", secret.formatted("canary-1"));
    String created = unified("s");
    sync();
    file("s", secret.formatted("canary-2"));
    Plan<ManifestSet> plan = plan();
    Change change = change(plan, "s");
    String changed = unified("s");
    String patch = JsonPatch.of(change).orElseThrow();
    files.remove("app/s.yaml");
    file("other", configMap("other", "x"));
    String deleted = unified("s");

    assertThat(changed)
        .contains(
            """
             data:
            -  a: '*** (before)'
            +  a: '*** (after)'
               b: '***'
            """);
    assertThat(KubeHttp.JSON.readTree(patch))
        .isEqualTo(
            KubeHttp.JSON.readTree(
                "[{\"op\":\"replace\",\"path\":\"/data/a\",\"value\":\"*** (after)\",\"masked\":true}]"));
    assertThat(created + changed + patch + deleted + plan)
        .contains("+  a: '***'", "-  a: '***'")
        .doesNotContain("canary", "Y2FuYXJ5");
  }

  @Test
  @DisplayName("a change is not shown against another object than the one it was planned for")
  void refusesWhatMoved() {
    file("web", WEB.formatted(1, "{name: web, image: a}"));
    sync();
    file("web", WEB.formatted(2, "{name: web, image: a}"));
    Plan<ManifestSet> plan = plan();
    web().scale(7);

    assertThatThrownBy(
            () ->
                destination.differ().unified(plan, change(plan, "web"), OperationContext.create()))
        .isInstanceOf(DiffException.class)
        .hasMessageContaining("after the plan was made");
  }

  private RollableScalableResource<Deployment> web() {
    return cluster.client().apps().deployments().inNamespace(namespace).withName("web");
  }

  private String unified(String name) {
    Plan<ManifestSet> plan = plan();
    return destination.differ().unified(plan, change(plan, name), OperationContext.create());
  }

  private static Change change(Plan<?> plan, String name) {
    return plan.changes().stream()
        .filter(c -> c.id().name().equals(name) && c.action() != Action.NONE)
        .findFirst()
        .orElseThrow();
  }

  private Plan<ManifestSet> plan() {
    source.commit("change", files);
    OperationContext context = OperationContext.create();
    try (Snapshot snapshot = source.snapshot()) {
      ManifestSet desired = ManifestRenderer.path("app").render(snapshot, context);
      return destination.differ().diff(desired, new TargetId(namespace), context);
    }
  }

  private void sync() {
    assertThat(reconcile().kind()).isEqualTo(Kind.APPLIED);
  }

  private void file(String name, String content) {
    files.put("app/" + name + ".yaml", content);
  }

  private static String configMap(String name, String value) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {value: %s}}"
        .formatted(name, value);
  }
}
