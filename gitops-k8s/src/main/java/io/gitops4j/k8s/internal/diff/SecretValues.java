package io.gitops4j.k8s.internal.diff;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
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
    List<String> values = new ArrayList<>();
    for (JsonNode value : object.path("data")) {
      String encoded = value.asString("");
      values.add(encoded);
      try {
        values.add(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        // Not base64: the server says so, and the text itself is masked.
        values.add(encoded.strip());
      }
    }
    object.path("stringData").forEach(v -> values.add(v.asString("")));
    values.removeIf(v -> v.length() < SHORTEST);
    values.sort(Comparator.comparing(String::length).reversed());
    String masked = message;
    for (String value : values) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }
}
