package io.gitops4j.k8s.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class CanonicalJsonTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Property
  @Label("any text is written as a JSON writer does, and reads back")
  void texts(@ForAll String text) {
    String written = CanonicalJson.text(NODES.stringNode(text));

    assertThat(written).isEqualTo(JSON.writeValueAsString(text));
    assertThat(JSON.readTree(written).stringValue()).isEqualTo(text);
  }

  @Property
  @Label("any whole number keeps every digit")
  void numbers(@ForAll long small, @ForAll BigInteger large) {
    assertThat(CanonicalJson.text(NODES.numberNode(small))).isEqualTo(Long.toString(small));
    assertThat(CanonicalJson.text(NODES.numberNode(large))).isEqualTo(large.toString());
  }

  @Test
  @DisplayName("the order of keys does not matter, that of items does")
  void order() {
    assertThat(
            CanonicalJson.text(JSON.readTree("{\"b\": [2, 1], \"a\": {\"d\": null, \"c\": true}}")))
        .isEqualTo("{\"a\":{\"c\":true,\"d\":null},\"b\":[2,1]}");
  }
}
