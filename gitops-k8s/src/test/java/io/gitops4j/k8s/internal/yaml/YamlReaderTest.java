package io.gitops4j.k8s.internal.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.YamlLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class YamlReaderTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @ParameterizedTest(name = "{0} is {1}")
  @DisplayName("a scalar means what it means to kubectl")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "y | true",
        "yes | true",
        "on | true",
        "Off | false",
        "0777 | 511",
        "0o17 | 15",
        "0x1F | 31",
        "0b11 | 3",
        "1_000 | 1000",
        "+1 | 1",
        ".5 | 0.5",
        "~ | null",
        "12:30:45 | \"12:30:45\"",
        "2020-01-01 | \"2020-01-01\"",
        "18446744073709551615 | 18446744073709552000",
        "1e3 | 1000",
        "1.10 | 1.1",
        "\"yes\" | \"yes\"",
        "!!str 12 | \"12\"",
        "0.5Gi | \"0.5Gi\"",
        "1.2.3 | \"1.2.3\"",
        "-0x10 | -16",
        "0789 | 789"
      })
  void readsScalars(String yaml, String json) {
    assertThat(one("v: " + yaml).path("v").toString()).isEqualTo(json);
  }

  @Test
  @DisplayName("kubectl reads the same values")
  void agreesWithKubectl(@TempDir Path folder) throws IOException, InterruptedException {
    String yaml =
        """
        apiVersion: v1
        kind: Thing
        metadata: {name: x}
        n: 1
        on: 2
        values: [y, 0777, 0o17, 0b11, 1_000, .5, ~, 12:30:45, 2020-01-01, 1e3, 0789, "no", null]
        big: 18446744073709551615
        huge: [1e400, %s]
        base: &base {a: 1, b: 2}
        merged: {<<: *base, b: 3}
        tagged: {!!merge <<: *base, b: 3}
        both: {!!merge "<<": *base}
        neither: {"<<": *base}
        bare: {! <<: *base}
        """
            .formatted("9".repeat(500));
    Path file = Files.writeString(folder.resolve("thing.yaml"), yaml);
    Process kubectl =
        new ProcessBuilder(
                "kubectl", "annotate", "--local", "-o", "json", "-f", file.toString(), "seen=yes")
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    assertThat(kubectl.waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
    JsonNode theirs = JSON.readTree(Files.readAllBytes(folder.resolve("out")));
    JsonNode ours = one(yaml);

    for (String key : ours.propertyNames()) {
      if (!key.equals("metadata")) {
        assertThat(ours.path(key).toString()).as(key).isEqualTo(theirs.path(key).toString());
      }
    }
  }

  @Test
  @DisplayName("a separator that the next document follows on its line is refused, as kubectl does")
  void refusesSeparatorsThatAreKeys() {
    assertThatThrownBy(() -> read("kind: A\nname: a\n---kind: B\nname: b\n"))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("line 3")
        .hasMessageContaining("begins with ---");
    assertThat(one("a:\n  ---b: 1\n").path("a").path("---b").asInt()).isEqualTo(1);
    assertThat(read("a: 1\n--- # next\nb: 2\n")).hasSize(2);
  }

  @Test
  @DisplayName("a value that a template has to fill in is told as such, with its line")
  void namesTemplates() {
    assertThatThrownBy(() -> read("kind: A\nname: {{ .Values.name }}\n"))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("{{ of a template");
  }

  @Test
  @DisplayName("documents are numbered, empty ones are left out, lines are told")
  void readsDocuments() {
    List<YamlDocument> documents = read("a: 1\n---\n---\n# nothing\n---\nb: 2\n");

    assertThat(documents).hasSize(2);
    assertThat(documents.get(1).line()).isEqualTo(6);
  }

  @Test
  @DisplayName("a syntax error names file, document and line")
  void namesSyntaxErrors() {
    assertThatThrownBy(() -> read("a: 1\n---\nb: [1\nc: 2\n"))
        .isInstanceOf(RenderException.class)
        .hasMessageContaining("file.yaml, document 2, line 4");
  }

  @Test
  @DisplayName("an alias bomb, a deep nest, a recursive anchor and a large file are refused")
  void refusesBombs() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i)).append(("*a" + (i - 1) + ",").repeat(10));
      bomb.append("x]\n");
    }
    assertThatThrownBy(() -> read(bomb.toString())).hasMessageContaining("aliases");
    assertThatThrownBy(() -> read("[".repeat(100_000))).hasMessageContaining("nested deeper");
    assertThatThrownBy(() -> read("a: &a [*a]")).hasMessageContaining("alias");
    assertThatThrownBy(() -> new YamlLimits(10, 0, 9)).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> YamlReader.read("f", new byte[20], new YamlLimits(10, 9, 9)))
        .hasMessageContaining("limit is 10");
    assertThatThrownBy(() -> read("a: .inf")).isInstanceOf(RenderException.class);
  }

  private static JsonNode one(String yaml) {
    return read(yaml).get(0).value();
  }

  private static List<YamlDocument> read(String yaml) {
    return YamlReader.read(
        "file.yaml", yaml.getBytes(StandardCharsets.UTF_8), YamlLimits.standard());
  }
}
