package io.gitops4j.k8s.internal.json;

import io.gitops4j.model.Digest;
import java.util.Arrays;
import java.util.Iterator;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;

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

  /** The canonical text, behind what is there already. */
  public static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      char separator = '{';
      for (String key : sortedKeys(node)) {
        out.append(separator);
        quote(key, out);
        out.append(':');
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
    } else if (node.isString()) {
      quote(node.stringValue(), out);
    } else if (node.isIntegralNumber() && node.canConvertToLong()) {
      out.append(node.longValue());
    } else {
      out.append(node);
    }
  }

  /** The names of an object's fields, in order. */
  public static String[] sortedKeys(JsonNode node) {
    String[] keys = node.propertyNames().toArray(String[]::new);
    Arrays.sort(keys);
    return keys;
  }

  /** A node's own text is written through a generator of its own, ten times as slow. */
  private static void quote(String text, StringBuilder out) {
    out.append('"');
    if (isPlain(text)) {
      out.append(text);
    } else {
      JsonStringEncoder.getInstance().quoteAsString(text, out);
    }
    out.append('"');
  }

  /** Whether a text stands in JSON as it is, as nearly all do (RFC 8259, section 7). */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }
}
