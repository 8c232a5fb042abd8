package io.gitops4j.k8s.internal.order;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of JSONPath that leads to one field: names, indexes, and items chosen by one of their
 * values, as in {@code $.spec.containers[?(@.name=="main")].image}. Immutable.
 */
public final class JsonPath {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.(?<name>[A-Za-z0-9_-]+)"
              + "|\\[(?<index>\\d{1,9})]"
              + "|\\['(?<single>[^']*)']"
              + "|\\[\"(?<quoted>[^\"]*)\"]"
              + "|\\[\\?\\(\\s*@\\.(?<key>[A-Za-z0-9_-]+)\\s*==\\s*"
              + "(?:'(?<text>[^']*)'|\"(?<text2>[^\"]*)\"|(?<number>-?\\d+))\\s*\\)]");

  private final String text;
  private final List<Step> steps;

  private JsonPath(String text, List<Step> steps) {
    this.text = text;
    this.steps = List.copyOf(steps);
  }

  /** One step down. */
  private interface Step {
    JsonNode from(JsonNode parent);

    /** Puts a value where the step leads. */
    boolean set(JsonNode parent, JsonNode value);
  }

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException when it is no path, or may lead to several fields
   */
  public static JsonPath parse(String text) {
    if (!text.startsWith("$") || text.length() < 2) {
      throw new IllegalArgumentException("'" + text + "' is no path: it must begin with $");
    }
    List<Step> steps = new ArrayList<>();
    Matcher step = STEP.matcher(text);
    int at = 1;
    while (at < text.length()) {
      if (!step.find(at) || step.start() != at) {
        throw new IllegalArgumentException(
            "'"
                + text.substring(at)
                + "' in path '"
                + text
                + "' is not understood: names, [0], ['name'] and [?(@.key==\"value\")] are");
      }
      steps.add(step(step));
      at = step.end();
    }
    return new JsonPath(text, steps);
  }

  private static Step step(Matcher found) {
    if (found.group("index") != null) {
      return new Item(Integer.parseInt(found.group("index")));
    }
    if (found.group("key") != null) {
      String value =
          found.group("text") != null
              ? found.group("text")
              : found.group("text2") != null ? found.group("text2") : found.group("number");
      return new Chosen(found.group("key"), value);
    }
    for (String group : List.of("name", "single", "quoted")) {
      if (found.group(group) != null) {
        return new Field(found.group(group));
      }
    }
    throw new IllegalStateException("the pattern has no other part");
  }

  /** The value there, empty when there is none. */
  public Optional<JsonNode> get(JsonNode root) {
    JsonNode value = root;
    for (Step step : steps) {
      value = step.from(value);
    }
    return value.isMissingNode() ? Optional.empty() : Optional.of(value);
  }

  /** Puts a value there; false when what it would be in does not exist. */
  public boolean set(ObjectNode root, JsonNode value) {
    JsonNode parent = root;
    for (Step step : steps.subList(0, steps.size() - 1)) {
      parent = step.from(parent);
    }
    return steps.get(steps.size() - 1).set(parent, value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonPath path && path.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private record Field(String name) implements Step {
    @Override
    public JsonNode from(JsonNode parent) {
      return parent.path(name);
    }

    @Override
    public boolean set(JsonNode parent, JsonNode value) {
      if (parent instanceof ObjectNode object) {
        object.set(name, value);
        return true;
      }
      return false;
    }
  }

  private record Item(int index) implements Step {
    @Override
    public JsonNode from(JsonNode parent) {
      return parent.path(index);
    }

    @Override
    public boolean set(JsonNode parent, JsonNode value) {
      if (parent instanceof ArrayNode array && index < array.size()) {
        array.set(index, value);
        return true;
      }
      return false;
    }
  }

  private record Chosen(String key, String value) implements Step {
    @Override
    public JsonNode from(JsonNode parent) {
      return parent.path(position(parent));
    }

    @Override
    public boolean set(JsonNode parent, JsonNode replacement) {
      return new Item(position(parent)).set(parent, replacement);
    }

    /** Beyond the end when no item has it. */
    private int position(JsonNode list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.path(i).path(key).asString("").equals(value)) {
          return i;
        }
      }
      return Integer.MAX_VALUE;
    }
  }
}
