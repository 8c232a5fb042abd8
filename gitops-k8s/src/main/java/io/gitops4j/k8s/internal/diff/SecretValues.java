package io.gitops4j.k8s.internal.diff;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Keeps the values of Secrets out of everything that people read. */
public final class SecretValues {
  /** What stands for a value that changes. */
  static final String BEFORE = "*** (before)";

  /** What stands for what it changes to. */
  static final String AFTER = "*** (after)";

  private static final int SHORTEST = 3;

  private static final Set<String> PLAIN = Set.of("apiVersion", "kind", "type", "immutable");

  /** What of a Secret tells nothing of its values; annotations may repeat its data. */
  private static final Set<String> PLAIN_METADATA =
      Set.of(
          "name", "namespace", "labels", "finalizers", "generateName", "creationTimestamp", "uid");

  /** Where a type error tells the value; it ends with that, or with the line before another one. */
  private static final Pattern GOT =
      Pattern.compile(
          "(: expected [^\\n]{1,60}?, got )&.*?(?=\\n {2}\\.[^\\n]*: expected |\\z)",
          Pattern.DOTALL);

  private SecretValues() {}

  /** Whether the values of this object are secret. */
  public static boolean isSecret(String group, String kind) {
    return group.isEmpty() && kind.equals("Secret");
  }

  /** Whether what is at a path of a Secret is not to be shown. */
  static boolean hidden(List<Object> path) {
    if (path.isEmpty() || !path.get(0).equals("metadata")) {
      return !path.isEmpty() && !PLAIN.contains(path.get(0));
    }
    return path.size() > 1 && !PLAIN_METADATA.contains(path.get(1));
  }

  /** A server's message about an object, without any value of what is desired or live. */
  public static String mask(String message, Prepared object, JsonNode live) {
    String group = object.id().group();
    String kind = object.id().kind();
    return mask(mask(message, group, kind, object.body()), group, kind, live);
  }

  /** A server's message about an object, without any value that the object holds if secret. */
  public static String mask(String message, String group, String kind, JsonNode object) {
    if (!isSecret(group, kind)) {
      return message;
    }
    Set<String> values = new TreeSet<>();
    collect(object, List.of(), values);
    values.removeIf(v -> v.length() < SHORTEST);
    List<String> longestFirst =
        values.stream().sorted(Comparator.comparing(String::length).reversed()).toList();
    // Numbers and nested values are told in the server's own spelling, which nothing here equals.
    String masked = GOT.matcher(message).replaceAll("$1***");
    for (String value : longestFirst) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }

  /** Wherever they are: what is refused is often in the wrong place, or of the wrong type. */
  private static void collect(JsonNode node, List<Object> path, Set<String> values) {
    node.properties().forEach(e -> collect(e.getValue(), below(path, e.getKey()), values));
    if (node.isArray()) {
      node.forEach(item -> collect(item, path, values));
    }
    if (!node.isValueNode() || !hidden(path)) {
      return;
    }
    String value = node.asString("");
    // A server quotes text: its lines appear as they are, its line breaks do not.
    value.lines().map(String::strip).forEach(values::add);
    values.add(value);
    values.add(Quoted.json(value));
    values.add(Quoted.go(value));
    values.add(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    try {
      String decoded = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
      decoded.lines().map(String::strip).forEach(values::add);
      values.add(decoded);
      values.add(Quoted.json(decoded));
      values.add(Quoted.go(decoded));
    } catch (IllegalArgumentException e) {
      // Not base64: the text itself is among them already.
      values.add(value.strip());
    }
  }

  private static List<Object> below(List<Object> path, String name) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
