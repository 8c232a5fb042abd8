package io.gitops4j.k8s.internal.ignore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A selector over labels or annotations as {@code kubectl -l} takes it: {@code a=b}, {@code a!=b},
 * {@code a in (b,c)}, {@code a notin (b,c)}, {@code a}, {@code !a}, joined by commas. Immutable.
 */
public final class LabelSelector {
  private static final String KEY = "[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?";
  private static final String VALUE = "[A-Za-z0-9_.-]*";
  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "\\s*(?:(?<absent>!\\s*)?(?<key>"
              + KEY
              + ")(?:\\s*(?<sign>==|=|!=)\\s*(?<value>"
              + VALUE
              + ")|\\s+(?<set>in|notin)\\s*\\((?<values>[^()]*)\\))?)\\s*(?<end>,|$)");

  private final List<Predicate<JsonNode>> requirements;

  private LabelSelector(List<Predicate<JsonNode>> requirements) {
    this.requirements = requirements;
  }

  /**
   * Reads one; an empty one selects everything.
   *
   * @throws IllegalArgumentException that says where it is wrong
   */
  public static LabelSelector parse(String text) {
    List<Predicate<JsonNode>> requirements = new ArrayList<>();
    Matcher next = REQUIREMENT.matcher(text);
    boolean more = !text.isBlank();
    for (int at = 0; more; at = next.end()) {
      boolean understood = next.region(at, text.length()).lookingAt();
      if (!understood
          || next.group("absent") != null && (set(next) || next.group("sign") != null)) {
        throw new IllegalArgumentException(
            "'" + text + "' is no selector, from '" + text.substring(at) + "' on");
      }
      requirements.add(requirement(next));
      more = !next.group("end").isEmpty();
    }
    return new LabelSelector(requirements);
  }

  private static boolean set(Matcher found) {
    return found.group("set") != null;
  }

  private static Predicate<JsonNode> requirement(Matcher found) {
    String key = found.group("key");
    if (found.group("absent") != null) {
      return labels -> !labels.has(key);
    }
    if (set(found)) {
      Set<String> values = new TreeSet<>();
      Arrays.stream(found.group("values").split(",", -1)).map(String::strip).forEach(values::add);
      return found.group("set").equals("in")
          ? labels -> labels.has(key) && values.contains(labels.path(key).asString(""))
          : labels -> !labels.has(key) || !values.contains(labels.path(key).asString(""));
    }
    if (found.group("sign") == null) {
      return labels -> labels.has(key);
    }
    String value = found.group("value");
    // As in Kubernetes, what has no such label is unequal to every value.
    return found.group("sign").equals("!=")
        ? labels -> !labels.path(key).asString("\0").equals(value)
        : labels -> labels.path(key).asString("\0").equals(value);
  }

  /** Whether all requirements hold. */
  public boolean matches(JsonNode labels) {
    return requirements.stream().allMatch(r -> r.test(labels));
  }
}
