package io.gitops4j.k8s.internal.ignore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Where fields are, as people write it: a JSON pointer, or the form that plans show, such as {@code
 * spec.containers[name=web].image} and {@code metadata.annotations["example.com/a"]}. Immutable.
 */
public final class FieldPath {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.?(?<name>[A-Za-z0-9_$-]+)"
              + "|\\[\"(?<quoted>[^\"]*)\"]"
              + "|\\[(?<index>\\d{1,9})]"
              + "|\\[(?<key>[A-Za-z0-9_-]+)=(?<value>[^]]*)]");

  private final String text;
  private final List<Step> steps;

  private FieldPath(String text, List<Step> steps) {
    this.text = text;
    this.steps = steps;
  }

  /** A name, a position, or the item whose key has a value. */
  private record Step(Optional<String> key, Object value) {
    Optional<Object> in(JsonNode at) {
      if (key.isEmpty()) {
        return Optional.of(value);
      }
      for (int i = 0; i < at.size() && at.isArray(); i++) {
        if (at.get(i).path(key.get()).asString("").equals(value)) {
          return Optional.of(i);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public static FieldPath parse(String text) {
    List<Step> steps = new ArrayList<>();
    if (text.startsWith("/")) {
      return new FieldPath(text, steps);
    }
    Matcher read = STEP.matcher(text);
    int end = 0;
    while (end < text.length()) {
      if (!read.find(end) || read.start() != end || end == 0 && text.startsWith(".")) {
        throw new IllegalArgumentException(
            "is neither a JSON pointer nor like spec.containers[name=web].image: look at '"
                + text.substring(end)
                + "'");
      }
      steps.add(step(read));
      end = read.end();
    }
    return new FieldPath(text, steps);
  }

  private static Step step(Matcher read) {
    if (read.group("key") != null) {
      return new Step(Optional.of(read.group("key")), read.group("value"));
    }
    if (read.group("index") != null) {
      return new Step(Optional.empty(), Integer.valueOf(read.group("index")));
    }
    String name = read.group("name") == null ? read.group("quoted") : read.group("name");
    return new Step(Optional.empty(), name);
  }

  /** What it names in a tree, where that exists. */
  Optional<List<Object>> in(JsonNode tree) {
    if (text.startsWith("/")) {
      return TreePath.ofPointer(text, tree);
    }
    List<Object> path = new ArrayList<>();
    JsonNode at = tree;
    for (Step step : steps) {
      Optional<Object> found = step.in(at);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      path.add(found.get());
      at = TreePath.step(at, found.get());
    }
    return at.isMissingNode() ? Optional.empty() : Optional.of(path);
  }

  @Override
  public String toString() {
    return text;
  }
}
