package io.gitops4j.diff;

import io.gitops4j.internal.json.JsonText;
import java.util.Optional;

/**
 * The differences of a change as a JSON Patch (RFC 6902): applied to the live object it gives what
 * the destination said that the change leads to.
 */
public final class JsonPatch {
  private JsonPatch() {}

  /**
   * The patch. An operation on a secret value carries the mask in place of the value, and a further
   * member {@code "masked": true}, which RFC 6902 tells readers to ignore: it says that something
   * differs, and cannot be applied.
   *
   * @param change whose differences
   * @return a JSON array, {@code []} where no field differs; empty where values are not JSON
   */
  public static Optional<String> of(Change change) {
    StringBuilder patch = new StringBuilder("[");
    for (FieldChange field : change.fields()) {
      if (field.pointer().isEmpty()) {
        return Optional.empty();
      }
      patch.append(patch.length() == 1 ? "" : ",");
      operation(patch, field, field.pointer().get());
    }
    return Optional.of(patch.append(']').toString());
  }

  private static void operation(StringBuilder patch, FieldChange field, String pointer) {
    String operation =
        field.after().isEmpty() ? "remove" : field.before().isEmpty() ? "add" : "replace";
    patch.append("{\"op\":\"").append(operation).append("\",\"path\":");
    patch.append(JsonText.quoted(pointer));
    field.after().ifPresent(value -> patch.append(",\"value\":").append(value));
    patch.append(field.masked() ? ",\"masked\":true}" : "}");
  }
}
