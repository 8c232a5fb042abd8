package io.gitops4j.diff;

import java.util.Optional;

/** Differences field by field in the form of unified text, where no whole documents are known. */
final class FieldHunks {
  private FieldHunks() {}

  static String of(Change change) {
    if (change.fields().isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append("--- live/").append(change.id()).append('\n');
    text.append("+++ planned/").append(change.id()).append('\n');
    for (FieldChange field : change.fields()) {
      text.append("@@ ").append(field.path()).append(" @@\n");
      lines(text, '-', field.before());
      lines(text, '+', field.after());
    }
    return text.toString();
  }

  private static void lines(StringBuilder text, char mark, Optional<String> value) {
    value.ifPresent(v -> v.lines().forEach(l -> text.append(mark).append(l).append('\n')));
  }
}
