package io.gitops4j.k8s.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuleBookTest {
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
    assertThat(RuleBook.read(group)).isNotEmpty();
    RuleBook.read(group).values().forEach(kind -> assertThat(kind.rules()).isNotEmpty());
  }
}
