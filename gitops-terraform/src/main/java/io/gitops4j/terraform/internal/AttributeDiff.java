package io.gitops4j.terraform.internal;

import io.gitops4j.diff.FieldChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * What differs between two values of the program's plan, attribute by attribute. What is sensitive
 * on either side is told as changed, not shown.
 */
final class AttributeDiff {
  private static final String UNKNOWN = "(known after apply)";

  private final List<FieldChange> changes = new ArrayList<>();

  private final Secrets secrets;

  private AttributeDiff(Secrets secrets) {
    this.secrets = secrets;
  }

  /** Reads a {@code change} of {@code resource_changes}. */
  static List<FieldChange> of(JsonNode change, Secrets secrets) {
    AttributeDiff diff = new AttributeDiff(secrets);
    diff.walk(
        "",
        change.path("before"),
        change.path("after"),
        change.path("after_unknown"),
        change.path("before_sensitive"),
        change.path("after_sensitive"));
    return diff.changes;
  }

  /** Whether what it becomes is known: what a provider computes anew each time is not. */
  static boolean known(FieldChange field) {
    return !field.after().equals(Optional.of(UNKNOWN));
  }

  /**
   * Whether all that a change alters, as far as it is known, becomes what it was. What a provider
   * counts by itself, such as a version, stays as it is now: whole objects are seldom equal.
   */
  static boolean leadsBack(JsonNode change, JsonNode was) {
    return leadsBack(
        change.path("before"), change.path("after"), change.path("after_unknown"), was);
  }

  private static boolean leadsBack(
      JsonNode before, JsonNode after, JsonNode unknown, JsonNode was) {
    if (isTrue(unknown) || same(before, after) || same(after, was)) {
      return true;
    }
    if (!container(before, after)) {
      return false;
    }
    if (before.isArray() || after.isArray()) {
      return IntStream.range(0, Math.max(before.size(), after.size()))
          .allMatch(i -> leadsBack(before.path(i), after.path(i), unknown.path(i), was.path(i)));
    }
    Set<String> names = new TreeSet<>(before.propertyNames());
    names.addAll(after.propertyNames());
    return names.stream()
        .allMatch(n -> leadsBack(before.path(n), after.path(n), unknown.path(n), was.path(n)));
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return one.equals(other) || (absent(one) && absent(other));
  }

  private void walk(
      String path,
      JsonNode before,
      JsonNode after,
      JsonNode unknown,
      JsonNode beforeSensitive,
      JsonNode afterSensitive) {
    boolean becomesUnknown = unknown.isBoolean() && unknown.asBoolean(false);
    boolean secret = isTrue(beforeSensitive) || isTrue(afterSensitive);
    if (secret || becomesUnknown || !container(before, after)) {
      leaf(path, before, after, becomesUnknown, secret);
      return;
    }
    if (before.isArray() || after.isArray()) {
      int size = Math.max(before.size(), Math.max(after.size(), unknown.size()));
      for (int i = 0; i < size; i++) {
        walk(
            path + "[" + i + "]",
            before.path(i),
            after.path(i),
            unknown.path(i),
            beforeSensitive.path(i),
            afterSensitive.path(i));
      }
      return;
    }
    Set<String> names = new TreeSet<>(before.propertyNames());
    names.addAll(after.propertyNames());
    names.addAll(unknown.propertyNames());
    for (String name : names) {
      walk(
          path.isEmpty() ? name : path + "." + name,
          before.path(name),
          after.path(name),
          unknown.path(name),
          beforeSensitive.path(name),
          afterSensitive.path(name));
    }
  }

  private void leaf(
      String path, JsonNode before, JsonNode after, boolean becomesUnknown, boolean secret) {
    Optional<String> old = text(before);
    Optional<String> fresh = text(after);
    if (!becomesUnknown && old.equals(fresh)) {
      return;
    }
    if (secret) {
      old = old.map(v -> "*** (before)");
      fresh = fresh.map(v -> "*** (after)");
    }
    old = old.map(secrets::mask);
    fresh = becomesUnknown ? Optional.of(UNKNOWN) : fresh.map(secrets::mask);
    changes.add(
        new FieldChange(
            path.isEmpty() ? "value" : path,
            Optional.empty(),
            old,
            fresh,
            secret,
            FieldChange.Origin.DESIRED,
            Optional.empty()));
  }

  /** Whether both sides, where they are, have parts of the same kind. */
  private static boolean container(JsonNode before, JsonNode after) {
    boolean parts = before.isContainer() || after.isContainer();
    return parts
        && (absent(before) || absent(after) || Objects.equals(before.isArray(), after.isArray()))
        && (before.isContainer() || absent(before))
        && (after.isContainer() || absent(after));
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static Optional<String> text(JsonNode node) {
    if (absent(node)) {
      return Optional.empty();
    }
    return Optional.of(node.isString() ? node.asString() : node.toString());
  }

  private static boolean isTrue(JsonNode node) {
    return node.isBoolean() && node.asBoolean(false);
  }
}
