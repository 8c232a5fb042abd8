package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.json.CanonicalJson;
import io.gitops4j.model.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The hash of what is ours in a live object: which fields we own, their values, and the order of
 * our items in lists. Equal fingerprints mean that applying again would change nothing, because a
 * server-side apply touches no other field.
 */
public final class Fingerprint {
  private Fingerprint() {}

  /** The fingerprint, empty when the manager owns nothing in the object. */
  public static Optional<Digest> of(JsonNode live, String manager) {
    JsonNode owned = ownedFields(live, manager);
    if (owned.isMissingNode()) {
      return Optional.empty();
    }
    StringBuilder out = new StringBuilder();
    walk(owned, live, out);
    return Optional.of(Digest.sha256(out.toString()));
  }

  /** The set of fields that the manager applied, as FieldsV1; missing when there is none. */
  public static JsonNode ownedFields(JsonNode live, String manager) {
    for (JsonNode entry : live.path("metadata").path("managedFields")) {
      if (entry.path("manager").asString("").equals(manager)
          && entry.path("operation").asString("").equals("Apply")
          && entry.path("subresource").asString("").isEmpty()) {
        return entry.path("fieldsV1");
      }
    }
    return MissingNode.getInstance();
  }

  private static void walk(JsonNode fields, JsonNode value, StringBuilder out) {
    if (fields.isEmpty()) {
      out.append('=');
      if (value.isMissingNode()) {
        out.append('-');
      } else {
        CanonicalJson.write(value, out);
      }
      return;
    }
    out.append('{');
    List<Integer> positions = new ArrayList<>();
    for (String key : CanonicalJson.sortedKeys(fields)) {
      out.append(key.length()).append(':').append(key);
      if (key.equals(".")) {
        out.append(value.isMissingNode() ? '-' : '+');
      } else if (key.startsWith("f:")) {
        walk(fields.get(key), value.path(key.substring(2)), out);
      } else {
        int at = position(key, value);
        positions.add(at);
        walk(fields.get(key), at < 0 ? MissingNode.getInstance() : value.path(at), out);
      }
    }
    if (!positions.isEmpty()) {
      // Only the order among our items counts: others may put theirs in between.
      positions.stream().sorted().forEach(p -> out.append('@').append(positions.indexOf(p)));
    }
    out.append('}');
  }

  /** The key of a set of fields that stands for a step into a value. */
  public static Optional<String> key(JsonNode fields, JsonNode value, Object step) {
    if (step instanceof String name) {
      return fields.has("f:" + name) ? Optional.of("f:" + name) : Optional.empty();
    }
    for (var field : fields.properties()) {
      String key = field.getKey();
      if (key.length() > 1 && !key.startsWith("f:") && step.equals(position(key, value))) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /** Where in a list the item of a {@code k:}, {@code v:} or {@code i:} key is, -1 if nowhere. */
  public static int position(String key, JsonNode list) {
    JsonNode wanted;
    try {
      wanted = KubeHttp.JSON.readTree(key.substring(2));
    } catch (JacksonException e) {
      return -1;
    }
    if (key.startsWith("i:")) {
      return wanted.asInt(-1) < list.size() ? wanted.asInt(-1) : -1;
    }
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      boolean same =
          key.startsWith("k:")
              ? wanted.properties().stream()
                  .allMatch(e -> sameValue(e.getKey(), e.getValue(), item))
              : same(item, wanted);
      if (same) {
        return i;
      }
    }
    return -1;
  }

  /** A key that has a default, such as a port's protocol, may be absent in the item. */
  private static boolean sameValue(String name, JsonNode wanted, JsonNode item) {
    JsonNode there = item.path(name);
    return same(there, wanted) || there.isMissingNode() && name.equals("protocol");
  }

  /** A number that was read from YAML is another node than the same one from the server. */
  private static boolean same(JsonNode one, JsonNode other) {
    return one.equals(other)
        || one.isNumber() && other.isNumber() && one.toString().equals(other.toString());
  }
}
