package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gitops4j.error.RenderException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration reads above its root module: all of it, or an error. */
class DirectoriesAboveTest {
  private final Map<String, String> files =
      new HashMap<>(
          Map.of("teams/a.yaml", "", "teams/deep/b.yaml", "", "other/c.md", "", "top.md", ""));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fileset(\"${path.root}/..\", \"teams/*.yaml\")",
        "fileset(\"${path.module}/..\", \"teams/**/*.yaml\")",
        "fileset(\"..\", \"teams/{a,b}.yaml\")",
        "fileset(\n  \"${path.root}/..\",\n  \"teams/*.yaml\"\n)",
        "fileset(\"${path.root}/../teams\", \"*.yaml\")",
        "fileset(\"${path.root}/nowhere/../../teams\", \"*.yaml\")",
        "fileset(\"${abspath(path.root)}/../teams\", \"*.yaml\")",
        "fileset(path.root, \"../teams/[ab].yaml\")",
        "fileset(\"${local.here}/../teams\", \"*.yaml\")",
        "fileset(format(\"%s/../teams\", path.module), \"*.yaml\")"
      })
  @DisplayName("of a fileset with a literal pattern the directory is read that the pattern names")
  void readsTheFolderOfThePattern(String expression) {
    assertThat(paths(expression))
        .containsExactlyInAnyOrder("live/main.tf", "teams/a.yaml", "teams/deep/b.yaml");
  }

  @Test
  @DisplayName("a file that is one long line of paths takes no longer than its length allows")
  void readsLongLines() {
    files.put(
        "live/main.tf.json",
        "[" + "\"replace(\", \"../none\", ".repeat(300_000) + "\"../top.md\"]");
    files.put(
        "live/hostile.tf",
        "# \"%s" + "/".repeat(1_000_000) + "\n# \"" + "../".repeat(300_000) + "\u2028\"\n");

    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () ->
            assertThat(render(TerraformRenderer.path("live")).keySet())
                .containsExactlyInAnyOrder("live/main.tf.json", "live/hostile.tf", "top.md"));
  }

  @Test
  @DisplayName("the JSON form of the language is read in the same way")
  void readsJson() {
    files.put(
        "live/main.tf.json",
        "{\"locals\": {\"a\": \"${fileset(\\\"${path.root}/..\\\", \\\"teams/*.yaml\\\")}\"}}");

    assertThat(render(TerraformRenderer.path("live")).keySet())
        .containsExactlyInAnyOrder("live/main.tf.json", "teams/a.yaml", "teams/deep/b.yaml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fileset(\"${path.root}/..\", \"**/*/a.yaml\")",
        "fileset(\"${path.root}/..\", var.pattern)",
        "\"${path.module}/..\"",
        "\"..\"",
        "join(\"/\", [path.module, \"..\", \"teams\"])",
        "file(\"${path.root}/../${each.value}\")",
        "file(\"${path.root}/..${each.value}\")",
        "abspath(\"${path.root}/..\")"
      })
  @DisplayName("a directory that holds the root module is read whole where nothing narrows it")
  void readsWhatHoldsTheModule(String expression) {
    assertThat(paths(expression))
        .containsExactlyInAnyOrder(
            "live/main.tf", "teams/a.yaml", "teams/deep/b.yaml", "other/c.md", "top.md");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1\n# such as \"../teams\"",
        "1\n  // fileset(\"${path.root}/..\", \"*\")",
        "replace(var.x, \"..\", \".\")",
        "trimprefix(each.key, \"../\")",
        "\"../../teams\"",
        "\"${path.root}/../nowhere\"",
        "\"...\""
      })
  @DisplayName("comments, texts to look for, and paths that lead nowhere or out read nothing")
  void readsNothing(String expression) {
    assertThat(paths(expression)).containsExactly("live/main.tf");
  }

  @Test
  @DisplayName(
      "what the text of a variable names is read: of a plain one, within a value, of a set")
  void readsWhatVariablesName() {
    files.put("live/main.tf", "");

    assertThat(render(TerraformRenderer.builder("live").variable("d", "../teams").build()))
        .containsOnlyKeys("live/main.tf", "teams/a.yaml", "teams/deep/b.yaml");
    assertThat(render(TerraformRenderer.builder("live").variable("d", "./../top.md").build()))
        .containsOnlyKeys("live/main.tf", "top.md");
    assertThat(
            render(
                TerraformRenderer.builder("live")
                    .variableJson("d", "{\"dirs\":[\"../other/*.md\",\"../nowhere\"]}")
                    .build()))
        .containsOnlyKeys("live/main.tf", "other/c.md");
  }

  @Test
  @DisplayName("what is named and does not fit is an error with file and line, never read in part")
  void refusesWhatDoesNotFit() {
    files.put("large/a.json", "x".repeat(300));
    files.put("large/b.json", "x".repeat(300));
    for (String expression :
        Set.of(
            "fileset(\"../large\", \"*.json\")", "\"..\"", "try(file(\"../large/a.json\"), 1)")) {
      files.put("live/main.tf", "locals {\n  all = " + expression + "\n}\n");

      assertThatThrownBy(() -> render(TerraformRenderer.builder("live").maxBytes(250).build()))
          .as(expression)
          .isInstanceOf(RenderException.class)
          .hasMessageContaining("live/main.tf, line 2")
          .hasMessageContaining("250 bytes")
          .hasMessageContaining("maxBytes");
    }
    files.put("live/main.tf", "");
    assertThatThrownBy(
            () ->
                render(
                    TerraformRenderer.builder("live")
                        .maxBytes(250)
                        .variable("dir", "../large")
                        .build()))
        .hasMessageContaining("variable dir");
  }

  private Set<String> paths(String expression) {
    files.put("live/main.tf", "locals {\n  a = " + expression + "\n}\n");
    return render(TerraformRenderer.path("live")).keySet();
  }

  private Map<String, byte[]> render(TerraformRenderer renderer) {
    try (Snapshot snapshot = InMemorySource.holding(files).snapshot()) {
      return renderer.render(snapshot, OperationContext.create()).files();
    }
  }
}
