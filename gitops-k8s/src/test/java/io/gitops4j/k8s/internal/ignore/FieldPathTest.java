package io.gitops4j.k8s.internal.ignore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.ConflictPolicy;
import io.gitops4j.k8s.ConflictRule;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FieldPathTest {
  private static final JsonNode TREE =
      KubeHttp.JSON.readTree(
          """
          {"metadata": {"annotations": {"example.com/a.b": "x"}, "labels": {"n": "1"}},
           "spec": {"replicas": 2, "items": [1, [2, 3]],
            "template": {"spec": {"containers": [{"name": "side", "image": "i"},
             {"name": "web", "image": "j", "ports": [{"containerPort": 80}]}]}}}}
          """);

  @ParameterizedTest(name = "{0}")
  @DisplayName("a pointer and what a plan shows name the same field")
  @CsvSource({
    "/spec/replicas, spec.replicas",
    "/metadata/annotations/example.com~1a.b, metadata.annotations[\"example.com/a.b\"]",
    "/spec/template/spec/containers/1/image, spec.template.spec.containers[name=web].image",
    "/spec/template/spec/containers/1/ports/0, spec.template.spec.containers[name=web].ports[0]",
    "/spec/items/1/0, spec.items[1][0]"
  })
  void namesTheSame(String pointer, String shown) {
    Optional<List<Object>> path = FieldPath.parse(pointer).in(TREE);

    assertThat(path).isPresent();
    assertThat(FieldPath.parse(shown).in(TREE)).isEqualTo(path);
    assertThat(TreePath.shown(path.orElseThrow(), TREE)).isEqualTo(shown);
  }

  @Test
  @DisplayName("every place of a tree is found by what a plan shows of it")
  void findsEveryPlace() {
    List<List<Object>> places = new ArrayList<>();
    collect(TREE, new ArrayList<>(), places);

    assertThat(places).hasSizeGreaterThan(20);
    for (List<Object> place : places) {
      assertThat(FieldPath.parse(TreePath.shown(place, TREE)).in(TREE)).contains(place);
    }
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("what is not there is named by nothing, and the whole by an empty path")
  @ValueSource(strings = {"/spec/none", "spec.none", "spec.items[7]", "spec.items[name=x]"})
  void findsNothing(String path) {
    assertThat(FieldPath.parse(path).in(TREE)).isEmpty();
    assertThat(FieldPath.parse("").in(TREE)).contains(List.of());
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("a path that cannot be read is refused where the rule is made")
  @ValueSource(strings = {".spec", "spec..replicas", "spec[", "spec.a b", "[name=x", "a[\"b]"})
  void refuses(String path) {
    assertThatThrownBy(() -> new ConflictRule("", "", "", "", path, ConflictPolicy.FAIL))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(e.problems()).hasSize(2).anyMatch(p -> p.contains("'" + path + "'")));
  }

  private static void collect(JsonNode at, List<Object> path, List<List<Object>> found) {
    if (!path.isEmpty()) {
      found.add(List.copyOf(path));
    }
    if (at.isObject()) {
      at.properties()
          .forEach(
              e -> {
                path.add(e.getKey());
                collect(e.getValue(), path, found);
                path.remove(path.size() - 1);
              });
    }
    for (int i = 0; at.isArray() && i < at.size(); i++) {
      path.add(i);
      collect(at.get(i), path, found);
      path.remove(path.size() - 1);
    }
  }
}
