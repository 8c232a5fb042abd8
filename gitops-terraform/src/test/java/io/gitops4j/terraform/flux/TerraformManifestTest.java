package io.gitops4j.terraform.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.FetchResult;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerraformManifestTest {
  private static final String REPOSITORY =
      """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: infra}
      spec: {interval: 1m, url: "https://bot:canary@git.example.com/infra.git"}
      """;

  @Test
  @DisplayName("its target has its name, and its namespace where it names one")
  void namesItsTarget() {
    assertThat(read("{name: network}").targetName()).isEqualTo("network");
    assertThat(read("{name: network, namespace: prod}").targetName()).isEqualTo("prod/network");
  }

  @Test
  @DisplayName("it prints with its name and its repository, never with the password of that")
  void printsWithoutPassword() {
    assertThat(read("{name: network}").toString())
        .contains("network")
        .contains("git.example.com/infra.git")
        .doesNotContain("canary");
  }

  @Test
  @DisplayName("what is no pair of a Terraform object and its GitRepository is refused by its file")
  void refusesOtherObjects() {
    String terraform = terraform("{name: network}");
    for (String other :
        List.of(
            "",
            terraform,
            REPOSITORY,
            terraform + "---\n" + REPOSITORY + "---\nkind: ConfigMap\n",
            terraform + "---\n" + terraform + "---\n" + REPOSITORY,
            terraform.replace("kind: Terraform", "kind: Kustomization") + "---\n" + REPOSITORY,
            terraform.replace("infra.contrib.fluxcd.io", "example.com") + "---\n" + REPOSITORY)) {
      assertThatThrownBy(() -> parse(other))
          .as(other)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("infra.yaml")
          .hasMessageContaining("one Terraform and its GitRepository");
    }
  }

  @Test
  @DisplayName("an object as a cluster gives it, with the defaults of all fields, is taken")
  void takesDefaults() {
    String defaults =
        """
          alwaysCleanupRunnerPod: true
          destroyResourcesOnDeletion: false
          disableDriftDetection: false
          force: false
          parallelism: 0
          refreshBeforeApply: false
          retryStrategy: StaticInterval
          runnerPodTemplate: {}
          runnerTerminationGracePeriodSeconds: 30
          serviceAccountName: tf-runner
          storeReadablePlan: none
          upgradeOnInit: true
          workspace: default
        status: {observedGeneration: 1}
        """;
    assertThat(parse(terraform("{name: a}") + defaults + "---\n" + REPOSITORY).parallelism())
        .isEmpty();
  }

  @Test
  @DisplayName("every field that is not honoured is refused by name, also where only its value is")
  void refusesByName() {
    for (String field :
        List.of(
            "backendConfig: {}",
            "backendConfig: {secretSuffix: x, inClusterConfig: true}",
            "backendConfig: {disable: true, customConfiguration: x}",
            "breakTheGlass: true",
            "cliConfigSecretRef: {name: x}",
            "dependsOn: [{name: x}]",
            "destroyResourcesOnDeletion: true",
            "disableDriftDetection: true",
            "force: true",
            "plan: {lock: false}",
            "remediation: {retries: 3}",
            "runnerPodTemplate: {spec: {image: x}}",
            "serviceAccountName: x",
            "storeReadablePlan: human",
            "targets: [x]",
            "tfstate: {forceUnlock: auto}",
            "values: {key: '${{ .a.b }}'}",
            "varsFrom: [{kind: Secret, name: x}]",
            "webhooks: [{url: x}]",
            "writeOutputsToSecret: {name: x}")) {
      assertThatThrownBy(
              () -> parse(terraform("{name: a}") + "  " + field + "\n---\n" + REPOSITORY))
          .as(field)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(field.substring(0, field.indexOf(':')));
    }
  }

  @Test
  @DisplayName("values are the variable of that name; one of vars wins over it")
  void takesValues() {
    Snapshot snapshot = snapshot();
    String values = "  values: {size: 2, tags: [a]}\n";
    String more = values + "  vars: [{name: values, value: x}]\n";

    assertThat(variable(snapshot, values)).isEqualTo("{\"size\":2,\"tags\":[\"a\"]}");
    assertThat(variable(snapshot, more)).isEqualTo("\"x\"");
  }

  private static String variable(Snapshot snapshot, String fields) {
    return parse(terraform("{name: a}") + fields + "---\n" + REPOSITORY)
        .renderer()
        .render(snapshot, OperationContext.create())
        .config()
        .variables()
        .get("values")
        .reveal();
  }

  private static Snapshot snapshot() {
    InMemorySource source = new InMemorySource();
    source.commit("one", Map.of("infra/main.tf", ""));
    return ((FetchResult.Fetched) source.fetch(Optional.empty(), OperationContext.create()))
        .snapshot();
  }

  @Test
  @DisplayName("what is no YAML is an error with its line, and JSON is YAML")
  void readsYaml() {
    assertThatThrownBy(() -> parse("kind: [Terraform\n"))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("infra.yaml, document 1");
    assertThat(
            parse(
                    """
                    {"apiVersion": "infra.contrib.fluxcd.io/v1alpha2", "kind": "Terraform",
                     "metadata": {"name": "network"},
                     "spec": {"sourceRef": {"kind": "GitRepository", "name": "infra"}}}
                    ---
                    """
                        + REPOSITORY)
                .name())
        .isEqualTo("network");
  }

  private static TerraformManifest read(String metadata) {
    return parse(terraform(metadata) + "---\n" + REPOSITORY);
  }

  private static String terraform(String metadata) {
    return """
        apiVersion: infra.contrib.fluxcd.io/v1alpha2
        kind: Terraform
        metadata: %s
        spec:
          interval: 10m
          path: infra
          sourceRef: {kind: GitRepository, name: infra}
        """
        .formatted(metadata);
  }

  private static TerraformManifest parse(String text) {
    return TerraformManifest.read("infra.yaml", text.getBytes(StandardCharsets.UTF_8));
  }
}
