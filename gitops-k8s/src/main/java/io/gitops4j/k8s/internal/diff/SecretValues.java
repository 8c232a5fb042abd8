package io.gitops4j.k8s.internal.diff;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Keeps the values of Secrets out of everything that people read. */
public final class SecretValues {
  private static final int SHORTEST = 3;

  /** What everybody may see of a Secret; annotations may repeat its data. */
  private static final Set<String> SHOWN =
      Set.of(
          "apiVersion", "kind", "type", "metadata.name", "metadata.namespace", "metadata.labels");

  private SecretValues() {}

  /** Whether the values of this object are secret. */
  public static boolean isSecret(String group, String kind) {
    return group.isEmpty() && kind.equals("Secret");
  }

  /** A server's message about an object, without any value that the object holds if secret. */
  public static String mask(String message, String group, String kind, JsonNode object) {
    if (!isSecret(group, kind)) {
      return message;
    }
    Set<String> values = new TreeSet<>();
    collect(object, "", values);
    values.removeIf(v -> v.length() < SHORTEST);
    List<String> longestFirst =
        values.stream().sorted(Comparator.comparing(String::length).reversed()).toList();
    String masked = message;
    for (String value : longestFirst) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }

  /** Wherever they are: what is refused is often in the wrong place, or of the wrong type. */
  private static void collect(JsonNode node, String path, Set<String> values) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String at = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      if (!SHOWN.contains(at)) {
        collect(entry.getValue(), at, values);
      }
    }
    if (node.isArray()) {
      node.forEach(item -> collect(item, path, values));
    }
    if (!node.isValueNode()) {
      return;
    }
    String value = node.asString("");
    // A server quotes text: its lines appear as they are, its line breaks do not.
    value.lines().map(String::strip).forEach(values::add);
    values.add(value);
    values.add(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    try {
      String decoded = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
      decoded.lines().map(String::strip).forEach(values::add);
      values.add(decoded);
    } catch (IllegalArgumentException e) {
      // Not base64: the text itself is among them already.
      values.add(value.strip());
    }
  }
}
