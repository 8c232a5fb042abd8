package io.gitops4j.k8s.internal.ignore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.DiffException;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

class JqPathTest {
  /** Far more than a bounded evaluation takes on a slow machine; an endless one takes for ever. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final JsonNode POD =
      KubeHttp.JSON.readTree(
          """
          {"metadata": {"annotations": {"a/b": "x"}},
           "spec": {"containers": [{"name": "web", "image": "nginx:1", "args": ["-v"]},
                                   {"name": "istio-proxy", "image": "proxy:2"}]},
           "webhooks": [{"clientConfig": {"caBundle": "Cg=="}}]}
          """);

  @ParameterizedTest
  @DisplayName("paths with conditions name fields")
  @ValueSource(
      strings = {
        ".spec.containers[1].image",
        ".spec.containers[-1].image",
        ".spec.containers[] | select(.name == \"istio-proxy\") | .image",
        ".spec.containers[]|select(.name|test(\"^istio-\")).image",
        ".spec.containers[]?|select(.name|test(\"^ISTIO-\"; \"i\")).image",
        ".spec.containers[] | select(.args | not) | .image",
        ".spec.containers[] | select(.name | startswith(\"istio\") and (endswith(\"web\") | not)).image",
        ".spec | .containers | .[] | select(any(.image; contains(\"proxy\"))) | .image",
        ".spec.containers[] | select(has(\"args\") | not)[\"image\"]",
        "first(.spec.containers[] | select(.name | length > 3)) | .image",
        ".spec.containers[] | if .name == \"web\" then empty else .image end",
        ".. | .image? // empty | select(. == \"proxy:2\")"
      })
  void namesFields(String expression) {
    assertThat(JqPath.compile(expression).in(POD))
        .contains(List.of("spec", "containers", 1, "image"))
        .doesNotContain(List.of("spec", "containers", 0, "image"));
  }

  @Test
  @DisplayName("keys with special characters, several paths, and fields that are not there")
  void namesMore() {
    assertThat(
            JqPath.compile(".metadata.annotations[\"a/b\"], .webhooks[].clientConfig.caBundle")
                .in(POD))
        .containsExactly(
            List.of("metadata", "annotations", "a/b"),
            List.of("webhooks", 0, "clientConfig", "caBundle"));
    assertThat(JqPath.compile(".spec.nothing[]?.image").in(POD)).isEmpty();
    assertThat(JqPath.compile(".spec.containers.name").in(POD)).as("does not fit").isEmpty();
  }

  @ParameterizedTest
  @DisplayName("CVE-2024-32476: what can run without end, or make much of little, is refused")
  @ValueSource(
      strings = {
        "def f: f; f",
        "repeat(.)",
        "first(repeat(1))",
        "recurse(.) | recurse(.)",
        "range(1e9)",
        "while(true; .)",
        "until(false; .)",
        "limit(1e9; .spec)",
        "reduce .[] as $x (0; . + 1)",
        "foreach .[] as $x (0; . + 1)",
        ".spec | \"x\" * 1e9",
        ".spec.a + .spec.a",
        ". as $x | $x",
        "[.. | ..]",
        "{a: .}",
        "..|..|..",
        "getpath([\"a\"])",
        "\"\\(.spec)\"",
        "@text",
        ".a | tojson | tojson",
        "env.HOME",
        "$ENV.HOME",
        "$__loc__",
        "input",
        "import \"a\" as b; .",
        ".spec |= 1",
        ".a = 1",
        "del(.a)",
        "label $out | break $out",
        "splits(\"a\")",
        "(1,1)|(1,1)|(1,1)|(1,1)|(1,1)|(1,1)|(1,1)|(1,1)|(1,1)",
        "keys | .[]"
      })
  void refuses(String expression) {
    assertThatThrownBy(() -> JqPath.compile(expression))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("it may");
  }

  @Test
  @DisplayName("an expression that is too long or too deep is refused before it is parsed")
  void refusesSize() {
    for (String expression : List.of("(".repeat(900) + ".", ".a" + "|.a".repeat(400))) {
      assertThatThrownBy(() -> JqPath.compile(expression))
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @ParameterizedTest
  @DisplayName(
      "CVE-2024-32476: what is allowed ends soon on a big object, with an error that tells it")
  @ValueSource(
      strings = {
        "select(.l[] and .l[] and .l[])",
        "select(.l[] == .l[])",
        ".l[] | select(.t | test(\"(a+)+$\"))",
        "select(.. == .l[])",
        "select(.l[].n < .l[].n)"
      })
  void endsSoon(String expression) {
    ArrayNode list = KubeHttp.JSON.createArrayNode();
    for (int i = 0; i < 2000; i++) {
      list.addObject().put("n", 0).put("t", "a".repeat(60) + "!");
    }
    JsonNode big = KubeHttp.JSON.createObjectNode().set("l", list);

    Assertions.assertTimeoutPreemptively(
        SOON,
        () ->
            assertThatThrownBy(() -> JqPath.compile(expression).in(big))
                .isInstanceOf(DiffException.class)
                .hasMessageContaining("steps")
                .hasMessageContaining(expression));
  }
}
