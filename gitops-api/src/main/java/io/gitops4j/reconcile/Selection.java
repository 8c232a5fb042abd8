package io.gitops4j.reconcile;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.model.ResourceId;
import io.gitops4j.render.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which things one pass is about. All are compared; only these are changed, and hooks run with them
 * as with any other pass. Immutable.
 */
public final class Selection {
  private static final Selection ALL = new Selection(List.of());

  private final List<Rule> rules;

  private Selection(List<Rule> rules) {
    this.rules = rules;
  }

  private record Rule(
      String text, boolean excludes, Pattern group, Pattern kind, Pattern namespace, Pattern name) {
    boolean matches(ResourceId id) {
      return group.matcher(id.group()).matches()
          && kind.matcher(id.kind()).matches()
          && namespace.matcher(id.namespace()).matches()
          && name.matcher(id.name()).matches();
    }
  }

  /**
   * Everything.
   *
   * @return the selection of a pass that was asked for nothing in particular
   */
  public static Selection all() {
    return ALL;
  }

  /**
   * Things by patterns, as the {@code --resource} of Argo CD has them.
   *
   * @param patterns each {@code group:Kind:name} or {@code group:Kind:namespace/name}; an empty
   *     group is the core group, an empty kind or name is any, {@code *} stands for any characters;
   *     with {@code !} in front it takes out; only such ones take out of everything
   * @return the selection
   * @throws ConfigurationException that lists every pattern that cannot be read
   */
  public static Selection of(List<String> patterns) {
    List<Rule> rules = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    if (patterns.isEmpty()) {
      problems.add("it names nothing");
    }
    for (String pattern : patterns) {
      boolean excludes = pattern.startsWith("!");
      String[] parts = pattern.substring(excludes ? 1 : 0).split(":", -1);
      String[] place = parts.length == 3 ? parts[2].split("/", -1) : new String[0];
      if (place.length == 0 || place.length > 2) {
        problems.add("'" + pattern + "' is not group:Kind:name or group:Kind:namespace/name");
        continue;
      }
      rules.add(
          new Rule(
              pattern,
              excludes,
              glob(parts[0]),
              globOrAny(parts[1]),
              globOrAny(place.length == 2 ? place[0] : ""),
              globOrAny(place[place.length - 1])));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("selection", problems);
    }
    return new Selection(List.copyOf(rules));
  }

  /**
   * Whether a thing is among them.
   *
   * @param id of the thing
   * @return whether it is
   */
  public boolean selects(ResourceId id) {
    boolean named =
        rules.stream().allMatch(Rule::excludes)
            || rules.stream().anyMatch(r -> !r.excludes() && r.matches(id));
    return named && rules.stream().noneMatch(r -> r.excludes() && r.matches(id));
  }

  /**
   * Takes out of a plan what was not asked for.
   *
   * @throws DiffException when nothing is left, which is never what somebody meant
   */
  <D extends Desired> Plan<D> restrict(Plan<D> plan) {
    if (rules.isEmpty() || plan.desired().grain() == Desired.Grain.WHOLE) {
      return plan;
    }
    if (plan.changes().stream().noneMatch(c -> selects(c.id()))) {
      throw new DiffException(
          "SELECTION-EMPTY",
          Retryability.RETRY_ON_CHANGE,
          plan.target().name(),
          "nothing of it matches " + this,
          "write group:Kind:namespace/name as the plan shows them, with * for any characters",
          null);
    }
    return plan.mapChanges(
        c ->
            !c.action().writes() || selects(c.id()) || plan.desired().takesPartAlways(c.id())
                ? c
                : left(c));
  }

  private Change left(Change change) {
    return change.skipped(Reason.NOT_SELECTED, "not among " + this);
  }

  /** Why a plan that nothing can be left out of must not be applied. */
  Optional<String> held(Plan<?> plan) {
    return rules.isEmpty() || plan.desired().grain() == Desired.Grain.EACH
        ? Optional.empty()
        : Optional.of("it can only be applied as a whole, and " + this + " was asked for");
  }

  private static Pattern globOrAny(String text) {
    return glob(text.isEmpty() ? "*" : text);
  }

  private static Pattern glob(String text) {
    return Pattern.compile(Pattern.quote(text).replace("*", "\\E.*\\Q"));
  }

  @Override
  public String toString() {
    return String.join(", ", rules.stream().map(Rule::text).toList());
  }
}
