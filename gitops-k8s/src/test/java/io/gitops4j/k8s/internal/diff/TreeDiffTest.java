package io.gitops4j.k8s.internal.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.FieldChange.Origin;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TreeDiffTest {
  @Test
  @DisplayName("an item that comes first moves no other, and its pointer is where it is then")
  void comparesByName() {
    List<FieldChange> fields =
        diff(
            "{'containers': [{'name': 'web', 'image': 'a'}, {'name': 'old'}]}",
            "{'containers': [{'name': 'side'}, {'name': 'web', 'image': 'b'}]}");

    assertThat(fields)
        .extracting(FieldChange::path, f -> f.pointer().orElseThrow(), f -> f.after().orElse("-"))
        .containsExactly(
            tuple("containers[name=old]", "/containers/1", "-"),
            tuple("containers[name=side]", "/containers/0", "{\"name\":\"side\"}"),
            tuple("containers[name=web].image", "/containers/1/image", "\"b\""));
  }

  @Test
  @DisplayName(
      "a value that was not sent, or not sent so, comes from admission; a quantity does not")
  void tellsOrigins() {
    List<FieldChange> fields =
        TreeDiff.of(
            json("{'data': {'mine': 'a', 'over': 'a', 'cpu': '2'}}"),
            json("{'data': {'mine': 'b', 'over': 'policy', 'added': 'c', 'cpu': '1'}}"),
            json("{'data': {'mine': 'b', 'over': 'b', 'cpu': '1000m'}}"),
            false,
            "gitops4j");

    assertThat(fields)
        .extracting(FieldChange::path, FieldChange::origin)
        .containsExactly(
            tuple("data.added", Origin.ADMISSION),
            tuple("data.cpu", Origin.DESIRED),
            tuple("data.mine", Origin.DESIRED),
            tuple("data.over", Origin.ADMISSION));
  }

  @Test
  @DisplayName("of a Secret only names and labels are shown, wherever a value may be repeated")
  void masksSecrets() {
    JsonNode live =
        json(
            "{'metadata': {'name': 's', 'labels': {'l': 'one'}, 'annotations': {'x': 'canary'},"
                + " 'ownerReferences': [{'name': 'canary'}]}, 'data': {'a': 'canary'}}");
    JsonNode result =
        json(
            "{'metadata': {'name': 's', 'labels': {'l': 'two'}, 'annotations': {'x': 'canary2'},"
                + " 'ownerReferences': [{'name': 'canary2'}]}, 'data': {'a': 'canary2', 'b': 'canary'},"
                + " 'other': 'canary'}");

    List<FieldChange> fields = TreeDiff.of(live, result, result, true, "gitops4j");

    assertThat(fields.toString()).doesNotContain("canary").contains("\"one\"", "\"two\"");
    assertThat(fields)
        .filteredOn(f -> f.path().equals("data.a"))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.masked()).isTrue();
              assertThat(f.before()).isEqualTo(Optional.of("\"*** (before)\""));
              assertThat(f.after()).isEqualTo(Optional.of("\"*** (after)\""));
            });
  }

  private static List<FieldChange> diff(String live, String result) {
    return TreeDiff.of(json(live), json(result), json(result), false, "gitops4j");
  }

  private static JsonNode json(String text) {
    return KubeHttp.JSON.readTree(text.replace('\'', '"'));
  }
}
