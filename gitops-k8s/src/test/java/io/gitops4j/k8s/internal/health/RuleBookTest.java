package io.gitops4j.k8s.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class RuleBookTest {
  private static final List<Case> CASES = read();

  static List<String> groups() {
    return RuleBook.groups().stream().sorted().toList();
  }

  @Test
  @DisplayName("the index names every file of rules and no other")
  void indexIsComplete() throws Exception {
    URI folder = RuleBookTest.class.getResource("/io/gitops4j/k8s/health/index.txt").toURI();
    try (Stream<Path> files = Files.list(Path.of(folder).getParent())) {
      assertThat(
              files
                  .map(f -> f.getFileName().toString())
                  .filter(f -> f.endsWith(".yaml"))
                  .map(f -> f.substring(0, f.length() - ".yaml".length())))
          .containsExactlyInAnyOrderElementsOf(RuleBook.groups());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("groups")
  @DisplayName("every expression and message of a group compiles")
  void compiles(String group) {
    Map<String, KindRules> kinds = RuleBook.kinds(group);

    assertThat(kinds).isNotEmpty();
    assertThat(kinds.values()).allSatisfy(kind -> assertThat(kind.words()).isNotEmpty());
  }

  /** A case of {@code cases.yaml}. */
  record Case(String group, String kind, HealthStatus expected, ObjectNode object, String says) {
    @Override
    public String toString() {
      return group + " " + kind + " " + expected + " " + object;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @DisplayName("an object is as well as its kind's rules say, and what is not well says why")
  void judges(Case one) {
    Health found = HealthRules.standard().assess(one.object());

    assertThat(found.status()).as(found.message()).isEqualTo(one.expected());
    assertThat(found.message()).contains(one.says());
    assertThat(found.message().isEmpty()).isEqualTo(one.expected() == HealthStatus.HEALTHY);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("groups")
  @DisplayName("every group has a case of each of the main words that its rules can give")
  void hasCases(String group) {
    Set<HealthStatus> possible = EnumSet.noneOf(HealthStatus.class);
    RuleBook.kinds(group).values().forEach(kind -> possible.addAll(kind.words()));
    possible.retainAll(
        EnumSet.of(HealthStatus.HEALTHY, HealthStatus.PROGRESSING, HealthStatus.DEGRADED));

    assertThat(cases().stream().filter(c -> c.group().equals(group)).map(Case::expected))
        .containsAll(possible);
  }

  static List<Case> cases() {
    return CASES;
  }

  private static List<Case> read() {
    List<Case> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> group : yaml().properties()) {
      for (JsonNode one : group.getValue()) {
        String kind = one.get(0).asString();
        all.add(
            new Case(
                group.getKey(),
                kind,
                HealthStatus.valueOf(one.get(1).asString().toUpperCase(Locale.ROOT)),
                object(group.getKey().replace("_.", "some."), kind, (ObjectNode) one.get(2)),
                one.path(3).asString("")));
      }
    }
    return all;
  }

  private static JsonNode yaml() {
    try (InputStream file =
        RuleBookTest.class.getResourceAsStream("/io/gitops4j/k8s/health/cases.yaml")) {
      return YamlReader.read("cases.yaml", file.readAllBytes(), YamlLimits.standard())
          .get(0)
          .value();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode object(String group, String kind, ObjectNode parts) {
    ObjectNode object = parts.deepCopy();
    String conditions = object.path("if").asString("");
    object.remove("if");
    object.put("apiVersion", group + "/v1").put("kind", kind);
    if (!conditions.isEmpty()) {
      ArrayNode list = object.withObject("status").putArray("conditions");
      for (String written : conditions.split(" & ")) {
        String[] part = written.split("/", 3);
        String status =
            part[0].startsWith("!") ? "False" : part[0].startsWith("?") ? "Unknown" : "True";
        ObjectNode condition =
            list.addObject().put("type", part[0].replaceFirst("^[!?]", "")).put("status", status);
        if (part.length > 1) {
          condition.put("reason", part[1]);
        }
        if (part.length > 2) {
          condition.put("message", part[2]);
        }
      }
    }
    return object;
  }
}
