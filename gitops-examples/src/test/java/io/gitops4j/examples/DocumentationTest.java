package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @Test
  @DisplayName("every Java block of the documentation is quoted from compiled examples")
  void quotesCompiledCode() throws IOException {
    StringBuilder code = new StringBuilder();
    for (Path file : files(Path.of("src"), ".java")) {
      code.append(plain(Files.readString(file))).append('\n');
    }
    int blocks = 0;
    for (Path page : pages()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        blocks++;
        assertThat(code.toString()).as("%s", page).contains(plain(block.group(1)));
      }
    }
    assertThat(blocks).isPositive();
  }

  @Test
  @DisplayName("every link between pages leads somewhere, to a heading too")
  void linksLeadSomewhere() throws IOException {
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        Path to = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        assertThat(to).as("link in %s", page).exists();
        if (link.group(2) != null) {
          assertThat(anchors(to)).as("link in %s", page).contains(link.group(2));
        }
      }
    }
  }

  /** Where a page can be entered: its headings in small letters, with dashes for spaces. */
  private static List<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(m -> m.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .toList();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
    pages.add(ROOT.resolve("README.md"));
    pages.add(ROOT.resolve("CONTRIBUTING.md"));
    return pages;
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(f -> f.toString().endsWith(suffix)).toList();
    }
  }

  /** Indentation depends on where a block stands, line breaks do not. */
  private static String plain(String text) {
    return String.join("\n", text.lines().map(String::strip).toList()).strip();
  }
}
