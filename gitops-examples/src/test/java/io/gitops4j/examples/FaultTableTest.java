package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page on safety says which test holds what. */
class FaultTableTest {
  private static final Path ROOT = Path.of("..");
  private static final int FAULTS = 53;
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (\\d+)(?:-(\\d+))? \\|.*\\| ([^|]*) \\|$");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");
  private static final Pattern NAMED =
      Pattern.compile("@DisplayName\\(\\s*\"faults? (\\d+)(?: to (\\d+))?:");

  @Test
  @DisplayName(
      "every fault has its row, and the row names every test that says it is of that fault")
  void namesTheTests() throws IOException {
    SortedMap<Integer, SortedSet<String>> rows = new TreeMap<>();
    ROW.matcher(page("safety.md")).results().forEach(row -> add(rows, row, names(row.group(3))));
    SortedMap<Integer, SortedSet<String>> held = new TreeMap<>();
    tests()
        .forEach(
            (name, code) ->
                NAMED.matcher(code).results().forEach(test -> add(held, test, Set.of(name))));

    assertThat(rows.keySet()).containsAll(IntStream.rangeClosed(1, FAULTS).boxed().toList());
    assertThat(rows).allSatisfy((fault, names) -> assertThat(names).isNotEmpty());
    assertThat(held).hasSizeGreaterThan(FAULTS / 2);
    held.forEach(
        (fault, names) -> assertThat(rows.get(fault)).as("fault %d", fault).containsAll(names));
  }

  @Test
  @DisplayName("a test that a page names exists")
  void namesTestsThatExist() throws IOException {
    Set<String> known = tests().keySet();
    try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
      for (Path page : pages.sorted().toList()) {
        assertThat(known).as("%s", page).containsAll(names(Files.readString(page)));
      }
    }
  }

  private static void add(
      Map<Integer, SortedSet<String>> all, MatchResult found, Set<String> names) {
    int first = Integer.parseInt(found.group(1));
    int last = found.group(2) == null ? first : Integer.parseInt(found.group(2));
    for (int fault = first; fault <= last; fault++) {
      all.computeIfAbsent(fault, f -> new TreeSet<>()).addAll(names);
    }
  }

  private static Set<String> names(String text) {
    return TEST.matcher(text).results().map(m -> m.group(1)).collect(Collectors.toSet());
  }

  private static String page(String name) throws IOException {
    return Files.readString(ROOT.resolve("docs").resolve(name));
  }

  /** The code of each test class, by its name. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> tests = new TreeMap<>();
    for (String module : Set.of("api", "git", "k8s", "terraform", "examples")) {
      Path folder = ROOT.resolve("gitops-" + module).resolve("src/test/java");
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.filter(f -> f.toString().endsWith(".java")).toList()) {
          tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
      }
    }
    return tests;
  }
}
