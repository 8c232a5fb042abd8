package io.gitops4j.internal.json;

import io.gitops4j.error.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The fields of an object, each asked for by name, so that what nobody asked for can be told. Not
 * thread-safe.
 */
public final class Fields {
  private final String path;
  private final JsonNode object;
  private final Set<String> known = new HashSet<>();
  private final List<Fields> children = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /** The fields of a whole document. */
  public Fields(JsonNode object) {
    this("", object);
  }

  private Fields(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  /** Whether it says anything there: a key with nothing behind it says nothing, as to Go. */
  public boolean has(String name) {
    return object.hasNonNull(name);
  }

  public void ignore(String... names) {
    known.addAll(List.of(names));
  }

  /** Whether it says something to Go, to which empty texts, lists and objects, and false do not. */
  public boolean says(String name) {
    return says(object.path(name));
  }

  /** Takes it where it says nothing. */
  public void ignoreEmpty(String name) {
    if (!says(name)) {
      known.add(name);
    }
  }

  private static boolean says(JsonNode value) {
    return value.isContainer()
        ? value.valueStream().anyMatch(Fields::says)
        : value.isNumber()
            || value.asBoolean(false)
            || value.isString() && !value.asString().isEmpty();
  }

  /** Tells what to do instead of a field that is not honoured, where it is there. */
  public void refuse(String name, String instead) {
    if (has(name) && known.add(name)) {
      problems.add(at(name) + " is not honoured: " + instead);
    }
  }

  public void problem(String what) {
    problems.add(path.isEmpty() ? what : path + " " + what);
  }

  public Fields required(String name) {
    if (!object.path(name).isObject()) {
      problems.add(at(name) + " is missing");
    }
    return object(name);
  }

  /** A list of objects, each with its fields. */
  public List<Fields> objects(String name) {
    known.add(name);
    List<Fields> all = new ArrayList<>();
    int index = 0;
    for (JsonNode value : list(name)) {
      if (!value.isObject()) {
        problems.add(at(name) + " holds " + value + ", which is not an object");
      }
      Fields child =
          new Fields(
              at(name) + "[" + index++ + "]",
              value.isObject() ? value : JsonNodeFactory.instance.objectNode());
      children.add(child);
      all.add(child);
    }
    return all;
  }

  /** The one object of a list; empty where it holds none or several, of which nothing is said. */
  public Optional<Fields> only(String name) {
    JsonNode list = object.path(name);
    return list.size() == 1 && list.path(0).isObject()
        ? Optional.of(objects(name).get(0))
        : Optional.empty();
  }

  private JsonNode list(String name) {
    JsonNode value = object.path(name);
    if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
      problems.add(at(name) + " is not a list");
    }
    return value.isArray() ? value : JsonNodeFactory.instance.arrayNode();
  }

  /** Any value, as JSON; empty when there is none. */
  public Optional<String> json(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    return value.isMissingNode() || value.isNull()
        ? Optional.empty()
        : Optional.of(value.toString());
  }

  public Fields object(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    if (!value.isObject() && !value.isMissingNode() && !value.isNull()) {
      problems.add(at(name) + " is not an object");
    }
    Fields child =
        new Fields(at(name), value.isObject() ? value : JsonNodeFactory.instance.objectNode());
    children.add(child);
    return child;
  }

  public String requiredText(String name) {
    Optional<String> value = text(name).filter(v -> !v.isEmpty());
    if (value.isEmpty()) {
      problems.add(at(name) + " is missing");
    }
    return value.orElse("");
  }

  public Optional<String> text(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      problems.add(at(name) + " is not a text but " + value + ": quote it");
      return Optional.empty();
    }
    return Optional.of(value.asString());
  }

  public boolean flag(String name) {
    return flag(name, false);
  }

  public boolean flag(String name, boolean otherwise) {
    known.add(name);
    JsonNode value = object.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      problems.add(at(name) + " is neither true nor false");
    }
    return value.asBoolean(otherwise);
  }

  public double number(String name, double otherwise) {
    known.add(name);
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      problems.add(at(name) + " is not a number but " + value);
      return otherwise;
    }
    return value.asDouble();
  }

  /** Time as Go writes it, such as {@code 1m30s}; a bare number is seconds, as Argo CD reads it. */
  public Duration duration(String name, Duration otherwise) {
    Optional<String> value = text(name).filter(v -> !v.isEmpty());
    if (value.isEmpty()) {
      return otherwise;
    }
    Optional<Duration> read = GoDuration.parse(value.get());
    if (read.isEmpty()) {
      problems.add(at(name) + " is no time but " + value.get() + ": write it as 30s, 5m or 1h");
    }
    return read.orElse(otherwise);
  }

  public List<String> texts(String name) {
    known.add(name);
    List<String> all = new ArrayList<>();
    for (JsonNode value : list(name)) {
      if (value.isString()) {
        all.add(value.asString());
      } else {
        problems.add(at(name) + " holds " + value + ", which is not a text");
      }
    }
    return all;
  }

  /** An object whose every value is a text. */
  public Map<String, String> textMap(String name) {
    Fields map = object(name);
    Map<String, String> all = new HashMap<>();
    for (String key : map.object.propertyNames()) {
      map.text(key).ifPresent(value -> all.put(key, value));
    }
    return all;
  }

  /** A number without a fraction, or the text of one; one that is missing is a problem. */
  public int requiredCount(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    if (value.isIntegralNumber() && value.canConvertToInt()) {
      return value.intValue();
    }
    try {
      return Integer.parseInt(value.asString(""));
    } catch (NumberFormatException e) {
      problems.add(at(name) + (has(name) ? " is not a whole number but " + value : " is missing"));
      return 0;
    }
  }

  /** Tells every problem, and every field that nobody asked for. */
  public void finish(String subject) {
    List<String> all = new ArrayList<>();
    collect(all);
    if (!all.isEmpty()) {
      throw new ConfigurationException(subject, all);
    }
  }

  private void collect(List<String> all) {
    all.addAll(problems);
    for (String name : object.propertyNames()) {
      if (!known.contains(name) && has(name)) {
        all.add(at(name) + " is not honoured yet: remove it");
      }
    }
    children.forEach(c -> c.collect(all));
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
