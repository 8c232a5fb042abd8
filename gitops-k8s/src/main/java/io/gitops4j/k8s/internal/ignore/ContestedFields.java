package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.ConflictPolicy;
import io.gitops4j.k8s.internal.json.CanonicalJson;
import io.gitops4j.k8s.internal.observe.ObjectOptions;
import io.gitops4j.k8s.internal.observe.Observer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of the fields of one object that somebody else owns too. Immutable. */
public final class ContestedFields {
  public static final ContestedFields FORCED = new ContestedFields(ConflictPolicy.FORCE, List.of());

  private final ConflictPolicy otherwise;
  private final List<Rule> rules;

  ContestedFields(ConflictPolicy otherwise, List<Rule> rules) {
    this.otherwise = otherwise;
    this.rules = rules;
  }

  /** Which policy holds from a path on. */
  record Rule(FieldPath path, ConflictPolicy policy) {}

  /**
   * A field that somebody else owns too.
   *
   * @param path as plans show it
   * @param manager who owns it
   * @param operation how it came to own it
   * @param live its live value
   * @param desired the value that is desired
   * @param policy what happens with it
   */
  public record Contest(
      String path,
      String manager,
      String operation,
      JsonNode live,
      JsonNode desired,
      ConflictPolicy policy) {
    /** Whether both want the same value. */
    public boolean agreed() {
      // A number that was read from YAML is another node than the same one from the server.
      return CanonicalJson.text(live).equals(CanonicalJson.text(desired));
    }
  }

  /** The same, where nothing is taken from others. */
  public ContestedFields unforced() {
    return new ContestedFields(
        unforced(otherwise),
        rules.stream().map(r -> new Rule(r.path(), unforced(r.policy()))).toList());
  }

  private static ConflictPolicy unforced(ConflictPolicy policy) {
    return policy == ConflictPolicy.FORCE ? ConflictPolicy.FAIL : policy;
  }

  /** Whether everything is taken over. */
  public boolean isEmpty() {
    return !any(ConflictPolicy.FAIL) && !followsOwners();
  }

  /** Whether a conflict may have to fail, so that nothing is forced without a look. */
  public boolean guards() {
    return any(ConflictPolicy.FAIL);
  }

  /** The rules as text: another text is another desired state. */
  String text() {
    return isEmpty() ? "" : otherwise + " " + rules;
  }

  /** Every desired field that somebody else owns too. */
  public List<Contest> contests(ObjectNode desired, JsonNode live, String manager) {
    List<Contest> found = new ArrayList<>();
    each(
        desired,
        live,
        manager,
        (entry, leaf) ->
            found.add(
                new Contest(
                    TreePath.shown(leaf.place(), desired),
                    entry.path("manager").asString(""),
                    entry.path("operation").asString(""),
                    TreePath.get(live, leaf.there()),
                    TreePath.get(desired, leaf.place()),
                    policy(entry, leaf.place(), desired, manager))));
    return found;
  }

  /** Leaves out what is yielded, and keeps what is adopted. */
  void settle(Adjustment adjustment, ObjectNode desired, JsonNode live, String manager) {
    if (!followsOwners()) {
      return;
    }
    each(
        desired,
        live,
        manager,
        (entry, leaf) -> {
          switch (policy(entry, leaf.place(), desired, manager)) {
            case YIELD -> adjustment.leaveToOthers(leaf);
            case ADOPT -> adjustment.keep(leaf.place(), leaf.there());
            case FORCE, FAIL -> {}
          }
        });
  }

  /**
   * Which fields others own where that decides what is sent. Who they are does not matter, nor
   * which values they have.
   */
  String owned(JsonNode live, String manager) {
    if (!followsOwners()) {
      return "";
    }
    TreeSet<String> owned = new TreeSet<>();
    each(
        live,
        live,
        manager,
        (entry, leaf) -> {
          ConflictPolicy policy = policy(entry, leaf.place(), live, manager);
          if (policy == ConflictPolicy.YIELD || policy == ConflictPolicy.ADOPT) {
            owned.add(TreePath.shown(leaf.place(), live));
          }
        });
    return owned.toString();
  }

  /** Whether it decides what is sent who else owns a field. */
  public boolean followsOwners() {
    return any(ConflictPolicy.YIELD) || any(ConflictPolicy.ADOPT);
  }

  private boolean any(ConflictPolicy policy) {
    return otherwise == policy
        || !rules.isEmpty() && rules.stream().anyMatch(r -> r.policy() == policy);
  }

  private static void each(
      JsonNode tree, JsonNode live, String manager, BiConsumer<JsonNode, OwnedLeaves.Leaf> found) {
    List<Object> label = List.of("metadata", "labels", Observer.TARGET_LABEL);
    for (JsonNode entry : live.path("metadata").path("managedFields")) {
      boolean ours =
          entry.path("manager").asString("").equals(manager)
              && entry.path("operation").asString("").equals("Apply");
      if (ours) {
        continue;
      }
      for (OwnedLeaves.Leaf leaf : OwnedLeaves.of(entry.path("fieldsV1"), tree, live)) {
        boolean ofTheServer =
            IgnoredFields.identity(leaf.place()) || leaf.place().get(0).equals("status");
        if (!ofTheServer && !leaf.place().equals(label)) {
          found.accept(entry, leaf);
        }
      }
    }
  }

  private ConflictPolicy policy(JsonNode entry, List<Object> place, JsonNode tree, String manager) {
    String owner = entry.path("manager").asString("");
    if (owner.equals(manager) || owner.equals(ObjectOptions.restorer(manager))) {
      return ConflictPolicy.FORCE; // ourselves, by another operation
    }
    for (Rule rule : rules) {
      Optional<List<Object>> start = rule.path().in(tree);
      if (start.isPresent()
          && start.get().size() <= place.size()
          && place.subList(0, start.get().size()).equals(start.get())) {
        return rule.policy();
      }
    }
    return otherwise;
  }
}
