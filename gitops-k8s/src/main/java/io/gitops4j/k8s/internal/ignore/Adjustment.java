package io.gitops4j.k8s.internal.ignore;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How what is desired is changed, place by place, before it is sent to an object that exists. Of
 * two rules for one place the first one holds.
 */
final class Adjustment {
  /** So that taking one item out of a list moves none that is still to be taken. */
  static final Comparator<List<Object>> LAST_FIRST =
      ((Comparator<List<Object>>) Adjustment::compare).reversed();

  private static final List<Object> METADATA = List.of("metadata");

  private final SortedMap<List<Object>, Rule> rules = new TreeMap<>(LAST_FIRST);

  private enum How {
    LEAVE_OUT,
    LEAVE_TO_OTHERS,
    KEEP
  }

  private record Rule(How how, Optional<List<Object>> there, List<OwnedLeaves.Item> items) {}

  /** Does not send a field; where it is in the live object, if it is there. */
  void leaveOut(List<Object> place, Optional<List<Object>> there) {
    rules.putIfAbsent(place, new Rule(How.LEAVE_OUT, there, List.of()));
  }

  /** Does not send a field that others own, nor what holds nothing else. */
  void leaveToOthers(OwnedLeaves.Leaf leaf) {
    rules.putIfAbsent(
        leaf.place(), new Rule(How.LEAVE_TO_OTHERS, Optional.of(leaf.there()), leaf.items()));
  }

  /** Sends the live value of a field. */
  void keep(List<Object> place, List<Object> there) {
    rules.putIfAbsent(place, new Rule(How.KEEP, Optional.of(there), List.of()));
  }

  /** What an apply sends: what it does not name stays as it is. */
  ObjectNode applied(ObjectNode desired, JsonNode live) {
    ObjectNode body = desired.deepCopy();
    rules.forEach(
        (place, rule) -> {
          switch (rule.how()) {
            case LEAVE_OUT -> TreePath.remove(body, place);
            case LEAVE_TO_OTHERS -> {
              TreePath.remove(body, place);
              removeEmpty(body, place, rule.items());
            }
            case KEEP -> TreePath.set(body, place, TreePath.copy(live, rule.there().orElseThrow()));
          }
        });
    return body;
  }

  /** What a whole object is: what is left to others is in it as it is there. */
  ObjectNode whole(ObjectNode desired, JsonNode live) {
    ObjectNode body = desired.deepCopy();
    rules.forEach(
        (place, rule) ->
            rule.there()
                .ifPresentOrElse(
                    there -> TreePath.set(body, place, TreePath.copy(live, there)),
                    () -> TreePath.remove(body, place)));
    return body;
  }

  /** What holds nothing any more, or an item of which only the keys are left, is not ours. */
  private static void removeEmpty(
      ObjectNode body, List<Object> place, List<OwnedLeaves.Item> items) {
    for (int depth = place.size() - 1; depth > 0; depth--) {
      List<Object> parent = place.subList(0, depth);
      if (parent.equals(METADATA)) {
        return;
      }
      JsonNode left = TreePath.get(body, parent);
      int item = depth - 1;
      Set<String> keys =
          items.stream()
              .filter(i -> i.depth() == item)
              .findFirst()
              .map(OwnedLeaves.Item::keys)
              .orElse(Set.of());
      if (!left.isEmpty() && (keys.isEmpty() || !keys.containsAll(left.propertyNames()))) {
        return;
      }
      TreePath.remove(body, parent);
    }
  }

  private static int compare(List<Object> one, List<Object> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      Object a = one.get(i);
      Object b = other.get(i);
      int order =
          a instanceof Integer x && b instanceof Integer y
              ? Integer.compare(x, y)
              : a.toString().compareTo(b.toString());
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }
}
