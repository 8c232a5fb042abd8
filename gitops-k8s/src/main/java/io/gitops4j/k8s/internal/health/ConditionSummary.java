package io.gitops4j.k8s.internal.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The conditions of an object, by what they mean; the first of each sort.
 *
 * @param main the condition that speaks for the whole object
 * @param stale the main condition, when it was written for an older generation
 * @param bad something is wrong
 * @param busy something is being done
 * @param busyBeside something is being done that does not stay true while all is well
 * @param stopped something stands still on purpose
 * @param unmetSummary another condition that speaks for the whole object, and is not met
 * @param unmetPart a condition that tells of a part, and is not met
 * @param unmetOther a condition of a type that nobody knows, that is false because something went
 *     wrong or still goes on
 * @param settled whether none speaks for the whole object, but each that tells of a part is met, of
 *     this very generation, and tells of what came of it and not of a step on the way
 */
record ConditionSummary(
    Optional<JsonNode> main,
    Optional<JsonNode> stale,
    Optional<JsonNode> bad,
    Optional<JsonNode> busy,
    Optional<JsonNode> busyBeside,
    Optional<JsonNode> stopped,
    Optional<JsonNode> unmetSummary,
    Optional<JsonNode> unmetPart,
    Optional<JsonNode> unmetOther,
    boolean settled) {

  private static final Pattern THROUGH =
      Pattern.compile("^New[A-Za-z]+Available$|^(Successful|Succeeded|Completed?|AsExpected)$");

  /** Types of work that are true as long as the object works. */
  private static final Pattern STAYS = Pattern.compile("(Running|Progressing)$");

  static ConditionSummary of(JsonNode live) {
    List<JsonNode> all = new ArrayList<>();
    Conditions.of(live).forEach(all::add);
    String kind = live.path("kind").asString("");
    Optional<JsonNode> main =
        all.stream()
            .filter(c -> rank(c, kind) < Integer.MAX_VALUE)
            .reduce((a, b) -> rank(b, kind) < rank(a, kind) ? b : a);
    long generation = live.path("metadata").path("generation").asLong(0);
    return new ConditionSummary(
        main,
        main.filter(c -> c.path("observedGeneration").asLong(generation) < generation),
        first(all, c -> means(c, ConditionType.BAD) && isTrue(c) || stuck(c)),
        first(all, c -> means(c, ConditionType.BUSY) && goesOn(c)),
        first(all, ConditionSummary::isBusyBeside),
        first(all, c -> means(c, ConditionType.STOPPED) && isTrue(c)),
        first(all, c -> rank(c, kind) < Integer.MAX_VALUE && Conditions.is(c, "False")),
        first(all, c -> means(c, ConditionType.GOOD) && !isTrue(c)),
        first(all, c -> means(c, ConditionType.OTHER) && explained(c)),
        main.isEmpty()
            && all.stream().anyMatch(ConditionSummary::isGood)
            && all.stream()
                .filter(ConditionSummary::isGood)
                .allMatch(
                    c ->
                        isTrue(c)
                            && ofNow(c, live)
                            && ConditionType.isOutcome(Conditions.type(c))));
  }

  /** The condition that says most about why the object is not well. */
  Optional<JsonNode> telling() {
    List<JsonNode> found =
        Stream.of(bad, main.filter(c -> !isTrue(c)), unmetPart, busy, stopped)
            .flatMap(Optional::stream)
            .toList();
    return found.stream()
        .filter(c -> !c.path("message").asString("").isBlank())
        .findFirst()
        .or(() -> found.stream().findFirst());
  }

  /** It gave up, as a Deployment does after its deadline. */
  private static boolean stuck(JsonNode condition) {
    return means(condition, ConditionType.BUSY)
        && Conditions.is(condition, "False")
        && StatusWord.wentWrong(condition);
  }

  /** A rollout's condition stays true when it is through; unknown is how one begins. */
  private static boolean goesOn(JsonNode condition) {
    return Conditions.is(condition, "Unknown")
        || isTrue(condition) && !THROUGH.matcher(condition.path("reason").asString("")).find();
  }

  /** What is ready may be on its way to something else; a rollout's Progressing stays true. */
  private static boolean isBusyBeside(JsonNode condition) {
    return means(condition, ConditionType.BUSY)
        && isTrue(condition)
        && goesOn(condition)
        && !STAYS.matcher(Conditions.type(condition)).find();
  }

  /** Whether its reason says why it is false; NoErrors and the like say that nothing is wrong. */
  private static boolean explained(JsonNode condition) {
    return Conditions.is(condition, "False")
        && !condition.path("reason").asString("").startsWith("No")
        && (StatusWord.wentWrong(condition) || StatusWord.underWay(condition));
  }

  private static Optional<JsonNode> first(List<JsonNode> all, Predicate<JsonNode> filter) {
    return all.stream().filter(filter).findFirst();
  }

  private static boolean isGood(JsonNode condition) {
    return means(condition, ConditionType.GOOD);
  }

  private static boolean ofNow(JsonNode condition, JsonNode live) {
    long generation = live.path("metadata").path("generation").asLong(0);
    return generation > 0
        && (condition.path("observedGeneration").asLong(0) == generation
            || live.path("status").path("observedGeneration").asLong(0) == generation);
  }

  private static boolean means(JsonNode condition, ConditionType meaning) {
    return ConditionType.of(Conditions.type(condition)) == meaning;
  }

  private static boolean isTrue(JsonNode condition) {
    return Conditions.is(condition, "True");
  }

  private static int rank(JsonNode condition, String kind) {
    return ConditionType.rank(Conditions.type(condition), kind);
  }
}
