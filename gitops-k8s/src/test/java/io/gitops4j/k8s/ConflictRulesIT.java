package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Change;
import io.gitops4j.reconcile.ReconcileOutcome;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Policies for some fields of an object, by their paths. */
class ConflictRulesIT extends ConflictHarness {
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

  private static ConflictRule rule(String path, ConflictPolicy policy) {
    return new ConflictRule("apps", "Deployment", "", "web", path, policy);
  }
}
