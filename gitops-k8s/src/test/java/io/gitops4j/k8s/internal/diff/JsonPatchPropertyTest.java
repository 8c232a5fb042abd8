package io.gitops4j.k8s.internal.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.JsonPatch;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.ResourceId;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Label("the differences of two trees, as a JSON Patch")
class JsonPatchPropertyTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  @Label("applied to the one give the other")
  void leadsToTheResult(@ForAll("objects") ObjectNode live, @ForAll("objects") ObjectNode result) {
    String patch = patch(live, result);

    String patched =
        Json.createPatch(Json.createReader(new StringReader(patch)).readArray())
            .apply(Json.createReader(new StringReader(live.toString())).readObject())
            .toString();
    assertThat(KubeHttp.JSON.readTree(patched)).isEqualTo(result);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  @Label("made here give the other, as every reader of RFC 6902 makes them")
  void isMadeHere(@ForAll("objects") ObjectNode live, @ForAll("objects") ObjectNode result) {
    ObjectNode made = live.deepCopy();

    TreePatch.apply(fields(live, result), made);

    assertThat(made).isEqualTo(result);
  }

  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  @Label("are none for a tree and itself")
  void isEmptyForTheSame(@ForAll("objects") ObjectNode live) {
    assertThat(patch(live, live.deepCopy())).isEqualTo("[]");
  }

  private static List<FieldChange> fields(JsonNode live, JsonNode result) {
    return TreeDiff.of(live, result, result, false, "gitops4j");
  }

  private static String patch(JsonNode live, JsonNode result) {
    Change change =
        new Change(
            new ResourceId("", "ConfigMap", "n", "c"),
            Action.UPDATE,
            Reason.CHANGED,
            fields(live, result),
            Optional.empty(),
            Health.of(HealthStatus.HEALTHY),
            "");
    return JsonPatch.of(change).orElseThrow();
  }

  @Provide
  Arbitrary<ObjectNode> objects() {
    return object(tree(2));
  }

  private Arbitrary<JsonNode> tree(int depth) {
    Arbitrary<JsonNode> scalars =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 3).map(NODES::numberNode),
            Arbitraries.of("", "a", "~1/\"\n").map(NODES::stringNode),
            Arbitraries.of(true, false).map(NODES::booleanNode),
            Arbitraries.just(NODES.nullNode()));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<JsonNode> below = tree(depth - 1);
    return Arbitraries.oneOf(
        scalars,
        object(below).map(o -> o),
        below.list().ofMaxSize(3).map(JsonPatchPropertyTest::array),
        named(object(below)),
        named(object(below)));
  }

  private static Arbitrary<ObjectNode> object(Arbitrary<JsonNode> values) {
    return Arbitraries.maps(Arbitraries.of("a", "b", "x/y", "x~y", "~1", ""), values)
        .ofMaxSize(4)
        .map(
            fields -> {
              ObjectNode object = NODES.objectNode();
              fields.forEach(object::set);
              return object;
            });
  }

  /** A list whose items have names, in any order. */
  private static Arbitrary<JsonNode> named(Arbitrary<ObjectNode> items) {
    return Arbitraries.of("web", "side", "init", "proxy", "x/~")
        .list()
        .uniqueElements()
        .ofMinSize(1)
        .ofMaxSize(5)
        .flatMap(
            names ->
                items
                    .list()
                    .ofSize(names.size())
                    .map(
                        objects -> {
                          ArrayNode list = NODES.arrayNode();
                          for (int i = 0; i < names.size(); i++) {
                            list.add(objects.get(i).deepCopy().put("name", names.get(i)));
                          }
                          return list;
                        }));
  }

  private static JsonNode array(List<JsonNode> items) {
    ArrayNode list = NODES.arrayNode();
    items.forEach(list::add);
    return list;
  }
}
