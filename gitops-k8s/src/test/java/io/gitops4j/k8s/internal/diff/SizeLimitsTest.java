package io.gitops4j.k8s.internal.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.ResourceId;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SizeLimitsTest {
  private static final int LIMIT = 1024 * 1024;

  @ParameterizedTest
  @DisplayName("values in Base64 count as the bytes that they are, without padding and line breaks")
  @CsvSource({"Secret, data", "ConfigMap, binaryData"})
  void countsBytes(String kind, String field) {
    assertThat(exceeded(kind, field, LIMIT)).isEmpty();
    assertThat(exceeded(kind, field, LIMIT - 1)).isEmpty();
    assertThat(exceeded(kind, field, LIMIT + 1).orElseThrow()).contains("1048577 bytes");
  }

  private static Optional<String> exceeded(String kind, String field, int bytes) {
    ObjectNode object = JsonMapper.shared().createObjectNode();
    object.putObject(field).put("file", Base64.getMimeEncoder().encodeToString(new byte[bytes]));
    return SizeLimits.exceeded(new ResourceId("", kind, "n", "a"), object);
  }
}
