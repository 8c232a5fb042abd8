package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ErrorCodesTest {
  private static final Path ROOT = Path.of("..");
  private static final String WORDS = "[A-Z][A-Z0-9]*(?:-[A-Z][A-Z0-9]*)+";
  private static final Pattern IN_CODE = Pattern.compile("\"(" + WORDS + ")\"");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(" + WORDS + ")` \\|");
  private static final Pattern NAMED = Pattern.compile("`(" + WORDS + ")`");

  @Test
  @DisplayName(
      "every code that a failure can have has one row on the page, and the page has no other")
  void pageIsComplete() throws IOException {
    SortedSet<String> codes = codes();
    List<String> rows = all(ROW, Files.readString(ROOT.resolve("docs").resolve("error-codes.md")));
    assertThat(codes).contains("CONFIGURATION-INVALID", "SOURCE-UNREACHABLE", "K8S-NOT-OWNED");
    assertThat(rows).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(codes);
  }

  @Test
  @DisplayName("a code that any page names exists")
  void pagesNameCodesThatExist() throws IOException {
    SortedSet<String> codes = codes();
    try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
      for (Path page : pages.sorted().toList()) {
        assertThat(codes).as("%s", page).containsAll(all(NAMED, Files.readString(page)));
      }
    }
  }

  /** As they are written: a text of upper-case words and dashes is nothing else in main sources. */
  private static SortedSet<String> codes() throws IOException {
    SortedSet<String> codes = new TreeSet<>();
    for (String module : List.of("api", "git", "k8s", "terraform")) {
      Path folder = ROOT.resolve("gitops-" + module).resolve("src/main/java");
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path source : all.filter(f -> f.toString().endsWith(".java")).toList()) {
          codes.addAll(all(IN_CODE, Files.readString(source)));
        }
      }
    }
    return codes;
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
