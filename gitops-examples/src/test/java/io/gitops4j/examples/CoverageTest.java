package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.argo.AppProject;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.terraform.flux.TerraformManifest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page on coverage says of manifests that are refused. */
class CoverageTest {
  private static final String APPLICATION =
      """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: shop}
      spec:
        project: default
        destination: {server: https://kubernetes.default.svc}
        source:
          repoURL: https://git.example.com/shop.git
          %s: %s
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chart=shop",
        "helm={valueFiles: [a.yaml]}",
        "plugin={name: cdk8s}",
        "directory.jsonnet={tlas: [{name: a}]}",
        "kustomize.patches=[{path: a.yaml}]",
        "kustomize.components=[a]",
        "kustomize.version=v5"
      })
  @DisplayName("what an Application asks for and nobody runs is refused with the field's name")
  void refusesFields(String asked) {
    String field = asked.substring(0, asked.indexOf('='));
    String value = asked.substring(asked.indexOf('=') + 1);
    String block = field.contains(".") ? field.substring(0, field.indexOf('.')) : field;
    String content =
        field.equals(block)
            ? value
            : "{" + field.substring(field.indexOf('.') + 1) + ": " + value + "}";

    assertThatThrownBy(
            () -> Application.read("app.yaml", bytes(APPLICATION.formatted(block, content))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("spec.source." + field + " is not honoured");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sources: [{repoURL: a}, {repoURL: b}]", "sourceHydrator: {drySource: {}}"})
  @DisplayName("several sources and hydrated ones are refused with their field's name")
  void refusesSources(String sources) {
    String spec = "spec: {project: default, destination: {server: a}, " + sources + "}\n";

    assertThatThrownBy(() -> Application.read("app.yaml", bytes(head("Application") + spec)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "spec." + sources.substring(0, sources.indexOf(':')) + " is not honoured");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ApplicationSet", "Kustomization", "HelmRelease"})
  @DisplayName("another kind than an Application is refused with its name")
  void refusesKinds(String kind) {
    assertThatThrownBy(() -> Application.read("app.yaml", bytes(head(kind) + "spec: {}\n")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(kind + ", expected argoproj.io/v1alpha1 Application");
  }

  @ParameterizedTest
  @ValueSource(strings = {"signatureKeys", "sourceIntegrity"})
  @DisplayName("a restriction of a project that nobody checks is refused with its name")
  void refusesRestrictions(String field) {
    String spec = "spec: {" + field + ": {keyID: a}}\n";

    assertThatThrownBy(() -> AppProject.read("project.yaml", bytes(head("AppProject") + spec)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("spec." + field + " is not honoured");
  }

  @ParameterizedTest
  @ValueSource(strings = {"varsFrom", "writeOutputsToSecret", "runnerPodTemplate", "backendConfig"})
  @DisplayName("what a Terraform object asks for and nobody runs is refused with the field's name")
  void refusesTerraformFields(String field) {
    String objects =
        """
        apiVersion: infra.contrib.fluxcd.io/v1alpha2
        kind: Terraform
        metadata: {name: infra}
        spec: {sourceRef: {kind: GitRepository, name: infra}, %s: {name: a}}
        ---
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: infra}
        spec: {url: https://git.example.com/infra.git}
        """
            .formatted(field);

    assertThatThrownBy(() -> TerraformManifest.read("infra.yaml", bytes(objects)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("spec." + field + " is not honoured");
  }

  private static String head(String kind) {
    return "apiVersion: argoproj.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: shop}\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
