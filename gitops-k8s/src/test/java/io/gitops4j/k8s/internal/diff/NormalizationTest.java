package io.gitops4j.k8s.internal.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.Normalizer;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class NormalizationTest {
  @ParameterizedTest(name = "{1}")
  @DisplayName("what is rendered stays as it is, whatever is changed in what is sent")
  @CsvSource(
      delimiter = '|',
      value = {
        "''|Secret|{data: {a: eA==}, stringData: {b: y}}",
        "''|PersistentVolumeClaim|{spec: {volumeName: ''}}",
        "''|Pod|{spec: {nodeName: ''}}",
        "rbac.authorization.k8s.io|ClusterRole|{rules: [], aggregationRule: {}, status: {}}",
        "admissionregistration.k8s.io|ValidatingWebhookConfiguration|"
            + "{webhooks: [{clientConfig: {caBundle: Cg==}}]}",
        "apiextensions.k8s.io|CustomResourceDefinition|"
            + "{spec: {conversion: {webhook: {clientConfig: {caBundle: Cg==}}}}}",
        "apiregistration.k8s.io|APIService|{spec: {caBundle: Cg==}}",
      })
  void leavesTheSource(String group, String kind, String content) {
    ObjectNode source =
        (ObjectNode)
            YamlReader.read("row", content.getBytes(StandardCharsets.UTF_8), YamlLimits.standard())
                .get(0)
                .value();
    ObjectNode metadata = source.putObject("metadata").put("name", "one").put("uid", "1");
    metadata.putObject("labels").put("app", "one");
    ObjectNode before = source.deepCopy();

    ObjectNode sent =
        new Normalization(EnumSet.allOf(Normalizer.class))
            .applied(new ResourceId(group, kind, "", "one"), source);

    assertThat(sent).isNotEqualTo(before);
    ((ObjectNode) sent.get("metadata")).put("namespace", "other").remove("name");
    sent.withObject("/metadata/labels").put("gitops4j.io/target", "x");
    assertThat(source).isEqualTo(before);
  }
}
