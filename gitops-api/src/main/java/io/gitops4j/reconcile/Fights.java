package io.gitops4j.reconcile;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.model.ResourceId;
import io.gitops4j.render.Desired;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Remembers which field was healed from whom, to see when that leads nowhere. Bounded: of too many
 * fields the oldest are forgotten. Not thread-safe; times are given.
 */
final class Fights {
  /** So often in vain is no coincidence. */
  static final int HEALS = 3;

  /** With the longest backoff, so many heals take 15 minutes; without a watch, some intervals. */
  static final Duration WINDOW = Duration.ofHours(1);

  private static final int MOST = 1000;
  private static final Pattern ITEM = Pattern.compile("\\[name=([^\\]]*)\\]");
  private static final Pattern KEY = Pattern.compile("\\[\"([^\"]*)\"\\]|([^.\\[\\]]+)");

  private final String ours;
  private final Map<Contact, Count> healed = new LinkedHashMap<>();
  private final Map<ResourceId, Fight> standing = new LinkedHashMap<>();

  Fights(String ours) {
    this.ours = ours;
  }

  private record Contact(ResourceId id, String path, String other) {}

  private record Count(int heals, Instant first, long lastNanos) {}

  /** What was healed by a change that was applied. */
  void healed(ChangeResult result, Instant time, long nanos) {
    Change change = result.change();
    if (result.actuation() != Actuation.SUCCEEDED
        || !change.action().writes()
        || !change.reason().drift()) {
      return;
    }
    for (Contact contact : contacts(change)) {
      Optional<Count> before = recent(contact, nanos);
      healed.remove(contact);
      healed.put(
          contact,
          new Count(
              before.map(Count::heals).orElse(0) + 1,
              before.map(Count::first).orElse(time),
              nanos));
    }
    while (healed.size() > MOST) {
      healed.remove(healed.keySet().iterator().next());
    }
  }

  /** The fights that a plan shows for the first time. */
  List<Fight> begun(Plan<?> plan, Instant time, long nanos) {
    List<Fight> begun = new ArrayList<>();
    for (Change change : plan.changes()) {
      if (!change.action().writes()
          || !change.reason().drift()
          || standing.containsKey(change.id())) {
        continue;
      }
      contacts(change).stream()
          .filter(c -> recent(c, nanos).map(Count::heals).orElse(0) >= HEALS)
          .findFirst()
          .ifPresent(c -> begun.add(fight(c, healed.get(c), time)));
    }
    begun.forEach(f -> standing.put(f.id(), f));
    return begun;
  }

  /** The plan without what is fought over. */
  <D extends Desired> Plan<D> restrict(Plan<D> plan) {
    return standing.isEmpty() || plan.desired().grain() == Desired.Grain.WHOLE
        ? plan
        : plan.mapChanges(
            c -> contested(c) ? c.skipped(Reason.CONTESTED, standing.get(c.id()).message()) : c);
  }

  /** Why a plan that nothing can be left out of must not be applied. */
  Optional<String> held(Plan<?> plan) {
    return plan.changes().stream()
        .filter(this::contested)
        .map(c -> standing.get(c.id()).message())
        .findFirst();
  }

  private boolean contested(Change change) {
    return change.action().writes() && change.reason().drift() && standing.containsKey(change.id());
  }

  /** What goes on right now. */
  List<Fight> standing() {
    return List.copyOf(standing.values());
  }

  /** Begins anew. */
  void forget() {
    healed.clear();
    standing.clear();
  }

  private Optional<Count> recent(Contact contact, long nanos) {
    return Optional.ofNullable(healed.get(contact))
        .filter(c -> nanos - c.lastNanos() < WINDOW.toNanos());
  }

  private static List<Contact> contacts(Change change) {
    if (change.fields().isEmpty()) {
      return List.of(new Contact(change.id(), "", "somebody unknown"));
    }
    return change.fields().stream()
        .map(
            f ->
                new Contact(
                    change.id(),
                    f.path(),
                    f.writer().map(FieldChange.Writer::manager).orElse("somebody unknown")))
        .toList();
  }

  private Fight fight(Contact contact, Count count, Instant time) {
    return new Fight(
        contact.id(),
        contact.path(),
        ours,
        contact.other(),
        count.heals(),
        count.first(),
        time,
        proposal(contact));
  }

  private static String proposal(Contact contact) {
    ResourceId id = contact.id();
    return contact.path().isEmpty()
        ? "nothing: no rule can leave a thing that is removed; take it out of the desired state"
        : "ignoreDifferences: [{group: '%s', kind: %s, namespace: '%s', name: %s, %s}]"
            .formatted(id.group(), id.kind(), id.namespace(), id.name(), field(contact.path()));
  }

  /** A pointer names a field by keys only; an item of a list takes an expression. */
  private static String field(String path) {
    if (path.contains("[name=")) {
      String jq = ITEM.matcher("." + path).replaceAll("[] | select(.name == \"$1\") | ");
      return "jqPathExpressions: ['" + jq.replaceAll(" \\| $", "") + "']";
    }
    StringBuilder pointer = new StringBuilder();
    Matcher key = KEY.matcher(path);
    while (key.find()) {
      String name = key.group(1) == null ? key.group(2) : key.group(1);
      pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
    }
    return "jsonPointers: ['" + pointer + "']";
  }
}
