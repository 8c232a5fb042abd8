package io.gitops4j.k8s.internal.observe;

import io.gitops4j.diff.FieldChange.Writer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Who wrote the fields of a live object, from its managedFields. */
public final class FieldOwners {
  private final JsonNode live;

  /** Reads nothing yet. */
  public FieldOwners(JsonNode live) {
    this.live = live;
  }

  /**
   * The last writer of a field, ourselves left out.
   *
   * @param path keys, and positions as integers, from the root of the object
   * @param ourselves the manager that is not asked for
   */
  public Optional<Writer> writer(List<Object> path, String ourselves) {
    Writer last = null;
    int depth = -1;
    for (JsonNode entry : live.path("metadata").path("managedFields")) {
      String manager = entry.path("manager").asString("");
      boolean ours =
          manager.equals(ourselves) && entry.path("operation").asString("").equals("Apply");
      int reached = ours ? -1 : reach(entry.path("fieldsV1"), live, path, 0);
      if (reached < 0 || reached < depth) {
        continue;
      }
      Writer writer =
          new Writer(
              manager, entry.path("operation").asString(""), time(entry.path("time").asString("")));
      if (reached > depth || last == null || later(writer, last)) {
        last = writer;
        depth = reached;
      }
    }
    return Optional.ofNullable(last);
  }

  /** Whether a manager applied a field, or something around it as one value. */
  public boolean owns(List<Object> path, String manager) {
    return reach(Fingerprint.ownedFields(live, manager), live, path, 0) >= 0;
  }

  private static boolean later(Writer one, Writer other) {
    return one.time().orElse(Instant.MIN).isAfter(other.time().orElse(Instant.MIN));
  }

  private static Optional<Instant> time(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** How deep the set covers the path; -1 when it does not own it or something above it. */
  private static int reach(JsonNode fields, JsonNode value, List<Object> path, int depth) {
    if (fields.isMissingNode()) {
      return -1;
    }
    if (depth == path.size() || fields.isEmpty()) {
      return depth;
    }
    Object step = path.get(depth);
    JsonNode below = step instanceof Integer index ? value.path(index) : value.path((String) step);
    return Fingerprint.key(fields, value, step)
        .map(key -> reach(fields.path(key), below, path, depth + 1))
        .orElse(-1);
  }
}
