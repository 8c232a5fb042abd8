package io.gitops4j.git.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.semver4j.Semver;

/**
 * A range of versions as Argo CD and Flux read it, by Masterminds' rules: parts are joined by space
 * or comma, alternatives by {@code ||}; a part takes pre-releases only when it names one itself.
 * Immutable.
 */
final class VersionRange {
  private static final Pattern LOOKS_SO =
      Pattern.compile(".*[<>=^~*| ].*|\\d+(\\.\\d+)?\\.[xX]", Pattern.DOTALL);
  private static final String VERSION =
      "v?(?:\\d+|[xX*])(?:\\.(?:\\d+|[xX*])){0,2}(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?";
  private static final Pattern PART =
      Pattern.compile(
          "\\s*(<=|=<|>=|=>|!=|~>|[<>=~^])?\\s*(" + VERSION + ")(?=[\\s,]|$)\\s*,?\\s*");
  private static final Pattern BETWEEN =
      Pattern.compile("\\s*(" + VERSION + ")\\s+-\\s+(" + VERSION + ")\\s*");

  /** A version that can be compared as it stands. */
  private static final Pattern FULL = Pattern.compile("\\d+\\.\\d+\\.\\d+-.*");

  private final List<List<Part>> alternatives;

  private VersionRange(List<List<Part>> alternatives) {
    this.alternatives = alternatives;
  }

  /**
   * One condition.
   *
   * @param range of one operator and one version
   * @param preReleases whether they count
   * @param excludes whether it is what may not be
   */
  private record Part(String range, boolean preReleases, boolean excludes) {
    static Part of(String operator, String version) {
      String plain = version.startsWith("v") ? version.substring(1) : version;
      boolean named = plain.indexOf('-') >= 0;
      // A suffix on a part of a version, as in *-0, only says that pre-releases count.
      String compared =
          named && !FULL.matcher(plain).matches() ? plain.substring(0, plain.indexOf('-')) : plain;
      String known =
          switch (operator) {
            case "=<" -> "<=";
            case "=>" -> ">=";
            case "~>" -> "~";
            case "!=", "=" -> "";
            default -> operator;
          };
      return new Part(known + compared, named, operator.equals("!="));
    }

    boolean takes(Semver version) {
      boolean counts = preReleases || version.getPreRelease().isEmpty();
      return excludes
          ? counts && !version.satisfies(range, true)
          : counts && version.satisfies(range, preReleases);
    }
  }

  /** The range that a text is; empty when any of it is not understood. */
  static Optional<VersionRange> of(String text) {
    if (!LOOKS_SO.matcher(text).matches()) {
      return Optional.empty();
    }
    List<List<Part>> alternatives = new ArrayList<>();
    for (String alternative : text.split("\\|\\|", -1)) {
      List<Part> parts = parts(alternative);
      if (parts.isEmpty()) {
        return Optional.empty();
      }
      alternatives.add(parts);
    }
    return Optional.of(new VersionRange(alternatives));
  }

  /** The parts of an alternative; none when any of it is not understood. */
  private static List<Part> parts(String alternative) {
    Matcher between = BETWEEN.matcher(alternative);
    if (between.matches()) {
      return List.of(Part.of(">=", between.group(1)), Part.of("<=", between.group(2)));
    }
    List<Part> parts = new ArrayList<>();
    Matcher part = PART.matcher(alternative);
    int at = 0;
    while (at < alternative.length() && part.find(at) && part.start() == at) {
      String operator = part.group(1);
      parts.add(Part.of(operator == null ? "" : operator, part.group(2)));
      at = part.end();
    }
    return at == alternative.length() ? parts : List.of();
  }

  /** Whether a version lies in it. */
  boolean contains(Semver version) {
    return alternatives.stream().anyMatch(all -> all.stream().allMatch(p -> p.takes(version)));
  }
}
