package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Replace=true: the live object equals the manifest once it was written. */
class OverwriteIT {
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
        namespace: NS
        annotations: {%s}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - {name: web, image: "%s"}
      """;
  private static final String REPLACE = "argocd.argoproj.io/sync-options: Replace=true";
  private static final String THEIRS =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: NS, annotations: {example.com/theirs: "yes"}, finalizers: [example.com/theirs]}
      spec:
        replicas: 5
        paused: true
        selector: {matchLabels: {app: web}}
        template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "nginx:1", env: [{name: A, value: b}]}]}}
      """;

  private final ScratchTarget target = new ScratchTarget("overwrite", b -> b);

  @AfterEach
  void close() {
    target.close();
  }

  @Test
  @DisplayName("what others set vanishes with the next write, as the plan shows, and not before")
  void overwrites() {
    target.file("web", WEB.formatted(REPLACE, "nginx:1"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    addTheirs();
    assertThat(target.reconcile().kind()).as("only their fields").isEqualTo(Kind.IN_SYNC);
    target.file("web", WEB.formatted(REPLACE, "nginx:2"));

    Change planned = ScratchTarget.change(target.plan(), "web");
    assertThat(planned.action()).isEqualTo(Action.UPDATE);
    assertThat(planned.fields())
        .extracting(f -> f.path())
        .containsExactlyInAnyOrder(
            "metadata.annotations[\"example.com/theirs\"]",
            "spec.paused",
            "spec.template.spec.containers[name=web].env",
            "spec.template.spec.containers[name=web].image");
    ReconcileOutcome written = target.reconcile();
    assertThat(written.kind()).as(written.toString()).isEqualTo(Kind.APPLIED);

    Deployment live = live();
    assertThat(live.getSpec().getPaused()).isNull();
    assertThat(live.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv()).isEmpty();
    assertThat(live.getMetadata().getAnnotations()).doesNotContainKey("example.com/theirs");
    assertThat(live.getMetadata().getFinalizers())
        .as("its controller's")
        .contains("example.com/theirs");
    target.proxy().forget();
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
    assertThat(target.dryRuns()).isZero();

    target.file("web", WEB.formatted("example.com/mine: \"1\"", "nginx:2"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    assertThat(live().getMetadata().getAnnotations())
        .as("what left Git disappears, though it was overwritten")
        .doesNotContainKey("argocd.argoproj.io/sync-options");
  }

  @Test
  @DisplayName("for a whole target too; ignored fields keep what others set, objects may say no")
  void overwritesWholeTargets() {
    target.restart(
        b ->
            b.update(UpdatePolicy.OVERWRITE)
                .ignoreDifferences(
                    List.of(
                        new IgnoreRule(
                            "apps",
                            "*",
                            "",
                            "",
                            List.of("/spec/replicas"),
                            List.of(),
                            List.of()))));
    target.file("web", WEB.formatted("", "nginx:1"));
    target.file("plain", note("one"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    addTheirs();
    target.applyAs("other", note("one").replace("{value", "{theirs: a, value"));
    target.file("web", WEB.formatted("", "nginx:2"));
    target.file("plain", note("two"));

    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);

    assertThat(live().getSpec().getPaused()).isNull();
    assertThat(live().getSpec().getReplicas()).isEqualTo(5);
    assertThat(target.live("v1", "ConfigMap", "plain").get("data").toString()).contains("theirs");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  @Test
  @DisplayName("a custom resource is overwritten too, and its status stays")
  void overwritesCustomResources() {
    target.restart(b -> b.update(UpdatePolicy.OVERWRITE));
    String group = target.namespace() + ".example.com";
    target.file(
        "crd",
        """
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
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
            .formatted(group));
    String widget =
        """
        apiVersion: %s/v1
        kind: Widget
        metadata: {name: w, namespace: NS}
        %s
        """;
    target.file("w", widget.formatted(group, "spec: {size: 1}"));
    assertThat(target.reconcile().kind()).isEqualTo(Kind.APPLIED);
    target.applyAs("other", widget.formatted(group, "spec: {theirs: 1}\nstatus: {seen: 1}"));
    target.file("w", widget.formatted(group, "spec: {size: 2}"));

    ReconcileOutcome written = target.reconcile();

    assertThat(written.kind()).as(written.toString()).isEqualTo(Kind.APPLIED);
    var live = target.live(group + "/v1", "Widget", "w");
    assertThat(live.get("spec").toString()).isEqualTo("{size=2}");
    assertThat(live.get("status").toString()).isEqualTo("{seen=1}");
    assertThat(target.reconcile().kind()).isEqualTo(Kind.IN_SYNC);
  }

  private static String note(String value) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: plain, namespace: NS, annotations: {argocd.argoproj.io/sync-options: Replace=false}}
    data: {value: %s}
    """
        .formatted(value);
  }

  private void addTheirs() {
    String theirs = THEIRS;
    if (live().getMetadata().getAnnotations().containsKey("argocd.argoproj.io/sync-options")) {
      theirs = theirs.replace("  replicas: 5\n", "");
    }
    target.applyAs("other", theirs);
  }

  private Deployment live() {
    return target
        .client()
        .apps()
        .deployments()
        .inNamespace(target.namespace())
        .withName("web")
        .get();
  }
}
