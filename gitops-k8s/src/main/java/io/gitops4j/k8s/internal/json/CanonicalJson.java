package io.gitops4j.k8s.internal.json;

import io.gitops4j.model.Digest;
import java.util.Iterator;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** One text for equal trees: keys sorted, no spaces. Numbers keep their written form. */
public final class CanonicalJson {
  private CanonicalJson() {}

  /** The digest of the canonical text. */
  public static Digest digest(JsonNode node) {
    return Digest.sha256(text(node));
  }

  /** The canonical text. */
  public static String text(JsonNode node) {
    StringBuilder out = new StringBuilder();
    write(node, out);
    return out.toString();
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      char separator = '{';
      for (String key : new TreeSet<>(node.propertyNames())) {
        out.append(separator).append(quoted(key)).append(':');
        write(node.get(key), out);
        separator = ',';
      }
      out.append(separator == '{' ? "{}" : "}");
    } else if (node.isArray()) {
      out.append('[');
      for (Iterator<JsonNode> items = node.iterator(); items.hasNext(); ) {
        write(items.next(), out);
        if (items.hasNext()) {
          out.append(',');
        }
      }
      out.append(']');
    } else {
      out.append(node);
    }
  }

  private static String quoted(String key) {
    return StringNode.valueOf(key).toString();
  }
}
