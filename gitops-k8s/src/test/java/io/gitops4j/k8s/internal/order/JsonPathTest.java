package io.gitops4j.k8s.internal.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.k8s.internal.client.KubeHttp;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class JsonPathTest {
  private final ObjectNode object =
      (ObjectNode)
          KubeHttp.JSON.readTree(
              """
              {"spec": {"list": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
               "data": {"tls.crt": "x"}}
              """);

  @ParameterizedTest(name = "{0}")
  @DisplayName("names, indexes, quoted names and chosen items lead to a value")
  @CsvSource(
      delimiter = '|',
      value = {
        "$.spec.list[1].port | 2",
        "$['spec'].list[0].name | a",
        "$.data['tls.crt'] | x",
        "$.spec.list[?(@.name=='b')].port | 2",
        "$.spec.list[?(@.port==1)].name | a",
        "$.spec.list[?(@.name==\"none\")].port | ",
        "$.nothing.there | ",
      })
  void leads(String path, String value) {
    assertThat(JsonPath.parse(path).get(object).map(v -> v.asString("")).orElse(null))
        .isEqualTo(value);
  }

  @Test
  @DisplayName("a value is put where the path leads, and nowhere else")
  void sets() {
    assertThat(
            JsonPath.parse("$.spec.list[?(@.name=='a')].port")
                .set(object, KubeHttp.JSON.readTree("7")))
        .isTrue();
    assertThat(JsonPath.parse("$.spec.none.port").set(object, KubeHttp.JSON.readTree("7")))
        .isFalse();

    assertThat(object.toString())
        .isEqualTo(
            "{\"spec\":{\"list\":[{\"name\":\"a\",\"port\":7},{\"name\":\"b\",\"port\":2}]},"
                + "\"data\":{\"tls.crt\":\"x\"}}");
  }

  @ParameterizedTest
  @DisplayName("a path that may lead to several fields is refused")
  @ValueSource(strings = {"spec", "$", "$..port", "$.spec.list[*]", "$.a b", "$.list[?(@.x>1)]"})
  void refuses(String path) {
    assertThatThrownBy(() -> JsonPath.parse(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path");
  }
}
