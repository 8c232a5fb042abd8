package io.gitops4j.internal.json;

import tools.jackson.databind.node.StringNode;

/** Texts in JSON, where a whole tree would be too much. */
public final class JsonText {
  private JsonText() {}

  /** A text as JSON writes it. */
  public static String quoted(String text) {
    return StringNode.valueOf(text).toString();
  }
}
