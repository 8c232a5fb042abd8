package io.gitops4j.model;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A kind of things, as people write it: {@code StatefulSet} or {@code aws_db_instance} in whatever
 * group, {@code apps/StatefulSet} in that one, {@code /Namespace} in Kubernetes' core group.
 * Immutable.
 *
 * @param group of the kind, empty text for the core group; empty for any
 * @param kind the kind itself
 */
public record KindName(Optional<String> group, String kind) implements Comparable<KindName> {
  private static final Pattern FORM =
      Pattern.compile("(?:([a-z0-9.-]*)/)?([A-Za-z][A-Za-z0-9_-]*)");

  /**
   * Checks the form, so that a name that can match nothing is told.
   *
   * @throws IllegalArgumentException when it is malformed
   */
  public KindName {
    String text = text(group, kind);
    if (!FORM.matcher(text).matches()) {
      throw malformed(text);
    }
  }

  /**
   * Reads one.
   *
   * @param text {@code Kind}, {@code group/Kind} or {@code /Kind}
   * @return the name
   * @throws IllegalArgumentException when it is none of these, as with a version or a plural
   */
  public static KindName of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw malformed(text);
    }
    return new KindName(Optional.ofNullable(form.group(1)), form.group(2));
  }

  /**
   * Reads several.
   *
   * @param texts each as for {@link #of(String)}
   * @return the names
   * @throws IllegalArgumentException when one is malformed
   */
  public static Set<KindName> all(Set<String> texts) {
    return texts.stream().map(KindName::of).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a thing is of this kind.
   *
   * @param id of the thing
   * @return whether it is
   */
  public boolean names(ResourceId id) {
    return kind.equals(id.kind()) && group.map(id.group()::equals).orElse(true);
  }

  @Override
  public int compareTo(KindName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return text(group, kind);
  }

  private static String text(Optional<String> group, String kind) {
    return Stream.concat(group.stream(), Stream.of(kind)).collect(Collectors.joining("/"));
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "kind '"
            + text
            + "': write Kind for that kind of any group, group/Kind, or /Kind for the core group,"
            + " without a version and in the singular, such as apps/StatefulSet");
  }
}
