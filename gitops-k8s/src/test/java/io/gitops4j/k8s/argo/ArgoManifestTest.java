package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgoManifestTest {
  @ParameterizedTest
  @DisplayName("whoever gives an object of Flux is told what to write instead")
  @CsvSource({
    "kustomize.toolkit.fluxcd.io/v1, Kustomization",
    "helm.toolkit.fluxcd.io/v2, HelmRelease",
    "source.toolkit.fluxcd.io/v1, OCIRepository",
  })
  void saysWhatToWriteForFlux(String apiVersion, String kind) {
    String yaml = "apiVersion: %s\nkind: %s\nmetadata: {name: apps}\nspec: {path: ./apps}\n";
    byte[] content = yaml.formatted(apiVersion, kind).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> Application.read("apps.yaml", content))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(kind + ", expected argoproj.io/v1alpha1 Application; Flux is not run")
        .hasMessageContaining("write an Application for the path");
  }
}
