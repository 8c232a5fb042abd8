package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.ResourceId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ManifestTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  @DisplayName("two are equal when their objects are, whatever the order of keys, and so are sets")
  void equality() {
    Manifest one = manifest("{\"data\": {\"a\": \"1\", \"b\": \"2\"}}");

    assertThat(one)
        .isEqualTo(manifest("{\"data\": {\"b\": \"2\", \"a\": \"1\"}}"))
        .hasSameHashCodeAs(manifest("{\"data\": {\"b\": \"2\", \"a\": \"1\"}}"))
        .isNotEqualTo(manifest("{\"data\": {\"a\": \"2\", \"b\": \"2\"}}"));
    assertThat(one.digest()).isEqualTo(manifest("{\"data\":{\"b\":\"2\",\"a\":\"1\"}}").digest());
  }

  @Test
  @DisplayName("its text says which object it is and where it was read, and nothing of its content")
  void text() {
    assertThat(manifest("{\"stringData\": {\"token\": \"canary\"}}"))
        .hasToString("ConfigMap one (app/one.yaml, document 1, line 1)");
  }

  private static Manifest manifest(String object) {
    return new Manifest(
        new ResourceId("", "ConfigMap", "", "one"),
        "v1",
        (ObjectNode) JSON.readTree(object),
        new Manifest.Origin("app/one.yaml", 1, 1));
  }
}
