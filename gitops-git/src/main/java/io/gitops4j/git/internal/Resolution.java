package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.semver4j.Semver;

/** Finds the commit that a reference stands at. */
public final class Resolution implements AutoCloseable {
  private static final Pattern FULL = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SHORT = Pattern.compile("[0-9a-f]{7,39}");
  private static final String TAGS = "refs/tags/";
  private static final int SHOWN = 10;

  private final Remote remote;
  private final Mirror mirror;
  private final String reference;
  private final RefAnswers.Use answers;
  private final Optional<VersionRange> range;
  private final List<String> names;
  private final List<String> prefixes;

  /** Resolves one reference of one remote, by answers that others may have got. */
  public Resolution(Remote remote, Mirror mirror, String reference, RefAnswers answers) {
    this.remote = remote;
    this.mirror = mirror;
    this.reference = reference;
    this.range = VersionRange.of(reference);
    this.names = names(reference);
    this.prefixes =
        Stream.concat(names.stream(), range.stream().map(r -> TAGS)).distinct().toList();
    this.answers = answers.use(remote, prefixes);
  }

  /** What it can be the name of; a full commit id needs no question. */
  private static List<String> names(String reference) {
    if (FULL.matcher(reference).matches()) {
      return List.of();
    }
    if (reference.equals("HEAD") || reference.startsWith("refs/")) {
      return List.of(reference);
    }
    // A range may be the name of a branch too: 8.x is a common one.
    return isBranch(reference) ? List.of("refs/heads/" + reference, TAGS + reference) : List.of();
  }

  /** Whether it can be one: nothing else gets to a server, a command or a path of the mirror. */
  public static boolean isReference(String text) {
    if (text.startsWith("-") || text.chars().anyMatch(c -> c < ' ' || c == 127)) {
      return false;
    }
    String name = text.startsWith("refs/") ? text : "refs/heads/" + text;
    return VersionRange.of(text).isPresent() || Repository.isValidRefName(name);
  }

  /** Whether a branch can be called so. */
  public static boolean isBranch(String text) {
    return !text.startsWith("-") && Repository.isValidRefName("refs/heads/" + text);
  }

  /**
   * What was found.
   *
   * @param reference as asked for, or the tag that a range chose
   * @param commit that it stands at
   * @param advertised the name that the server advertises it by, empty for a bare commit id
   */
  public record Found(String reference, ObjectId commit, Optional<String> advertised) {}

  /** Asks where the reference stands; an answer that another got must not be older than that. */
  public Found find(Supplier<Duration> freshness, OperationContext context) {
    if (prefixes.isEmpty()) {
      return new Found(reference, ObjectId.fromString(reference), Optional.empty());
    }
    Map<String, Ref> refs = answers.list(freshness, context);
    Optional<Found> found = named(refs);
    if (found.isEmpty() && range.isPresent()) {
      return newest(range.get(), refs);
    }
    if (found.isEmpty() && SHORT.matcher(reference).matches()) {
      return new Found(reference, mirror.expand(reference, context), Optional.empty());
    }
    return found.orElseThrow(() -> notFound(context));
  }

  @Override
  public void close() {
    answers.close();
  }

  private Optional<Found> named(Map<String, Ref> refs) {
    return names.stream()
        .filter(refs::containsKey)
        .findFirst()
        .map(name -> found(reference, refs.get(name)));
  }

  private static Found found(String reference, Ref ref) {
    ObjectId peeled = ref.getPeeledObjectId();
    return new Found(
        reference, peeled == null ? ref.getObjectId() : peeled, Optional.of(ref.getName()));
  }

  private Found newest(VersionRange wanted, Map<String, Ref> tags) {
    Ref best = null;
    Semver highest = null;
    for (Ref tag : tags.values()) {
      // A server of the old protocol advertises everything, whatever was asked for.
      if (!tag.getName().startsWith(TAGS)) {
        continue;
      }
      String name = tag.getName().substring(TAGS.length());
      Semver version = Semver.parse(name.startsWith("v") ? name.substring(1) : name);
      if (version != null
          && wanted.contains(version)
          && (highest == null || version.isGreaterThan(highest))) {
        best = tag;
        highest = version;
      }
    }
    if (best == null) {
      throw remote.error(
          "SOURCE-REFERENCE-NOT-FOUND",
          Retryability.RETRY_ON_CHANGE,
          "none of its " + tags.size() + " tags is a version in the range '" + reference + "'",
          "push such a tag, or widen the range",
          null);
    }
    return found(best.getName().substring(TAGS.length()), best);
  }

  private RuntimeException notFound(OperationContext context) {
    List<String> names =
        remote.list(List.of("refs/heads/", "refs/tags/"), context).keySet().stream()
            .filter(n -> n.startsWith("refs/heads/") || n.startsWith("refs/tags/"))
            .map(n -> n.substring(n.indexOf('/', 5) + 1))
            .sorted()
            .limit(SHOWN)
            .toList();
    return remote.error(
        "SOURCE-REFERENCE-NOT-FOUND",
        Retryability.RETRY_ON_CHANGE,
        "it has no branch, tag or commit '" + reference + "'; it has " + names,
        "correct the reference, or push it",
        null);
  }
}
