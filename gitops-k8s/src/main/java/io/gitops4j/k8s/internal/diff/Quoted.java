package io.gitops4j.k8s.internal.diff;

import java.util.Map;
import java.util.function.IntFunction;

/** Texts as they stand between the quotes of messages that servers and webhooks write. */
final class Quoted {
  private static final Map<Integer, String> JSON =
      Map.of(
          (int) '"',
          "\\\"",
          (int) '\\',
          "\\\\",
          (int) '\b',
          "\\b",
          (int) '\f',
          "\\f",
          (int) '\n',
          "\\n",
          (int) '\r',
          "\\r",
          (int) '\t',
          "\\t");

  private Quoted() {}

  /** As Go's encoder of JSON writes it. */
  static String json(String text) {
    return escaped(
        text,
        c -> {
          String known = JSON.get(c);
          boolean plain = c >= ' ' && "<>&\u2028\u2029".indexOf(c) < 0;
          return known != null ? known : plain ? Character.toString(c) : "\\u%04x".formatted(c);
        });
  }

  /** As Go's {@code %q} and {@code %#v} write it. */
  static String go(String text) {
    return escaped(
        text,
        c -> {
          String known = c == 7 ? "\\a" : c == 11 ? "\\v" : JSON.get(c);
          if (known != null) {
            return known;
          }
          if (c < ' ' || c == 0x7f) {
            return "\\x%02x".formatted(c);
          }
          return printed(c)
              ? Character.toString(c)
              : (c > 0xffff ? "\\U%08x" : "\\u%04x").formatted(c);
        });
  }

  private static String escaped(String text, IntFunction<String> escape) {
    StringBuilder quoted = new StringBuilder(text.length());
    text.codePoints().mapToObj(escape).forEach(quoted::append);
    return quoted.toString();
  }

  /** Letters, marks, numbers, punctuation, symbols, and of all spaces the plain one. */
  private static boolean printed(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
