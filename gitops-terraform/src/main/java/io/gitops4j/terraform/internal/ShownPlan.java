package io.gitops4j.terraform.internal;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.FieldChange;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.terraform.DriftRule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plan as {@code show -json} tells it (format version 1), with the serial and lineage of the
 * state that it was made from. Immutable.
 */
final class ShownPlan {
  /** What {@link #drift()} is where there is none. */
  static final Digest NO_DRIFT = Digest.sha256("");

  private final JsonNode shown;
  private final Secrets secrets;
  private final String stateVersion;
  private final List<DriftRule> ignored;

  private ShownPlan(JsonNode shown, String stateVersion, Secrets secrets, List<DriftRule> ignored) {
    this.shown = shown;
    this.secrets = secrets.and(shown);
    this.stateVersion = stateVersion;
    this.ignored = ignored;
  }

  /**
   * Reads both.
   *
   * @param file the plan file: an archive that holds the state it was made from
   * @param ignored drift that is left as it is
   */
  static ShownPlan read(byte[] file, byte[] shown, Secrets secrets, List<DriftRule> ignored)
      throws IOException {
    return new ShownPlan(Diagnostics.JSON.readTree(shown), stateVersion(file), secrets, ignored);
  }

  /** Lineage and serial of the state that the plan was made from. */
  String stateVersion() {
    return stateVersion;
  }

  /**
   * What moved away from the state, for telling whether it is the same as before. Exit codes and
   * {@code applyable} tell of drift too often: Terraform 1.11 does without any.
   */
  Digest drift() {
    ArrayNode drift = Diagnostics.JSON.createArrayNode();
    for (JsonNode moved : shown.path("resource_drift")) {
      // A refresh-only plan tells here also what a moved block will move.
      if (!noop(moved)) {
        drift.add(moved);
      }
    }
    return drift.isEmpty() ? NO_DRIFT : Digest.sha256(drift.toString());
  }

  /** What came in from elsewhere: by data sources, and by variables that the environment sets. */
  Digest given() {
    return Digest.sha256(data().toString() + shown.path("variables"));
  }

  /**
   * Whether all that this plan was given is the same in a later one, which may have read more: a
   * source that waits for a change is read only without one.
   */
  boolean isGivenAsIn(ShownPlan later) {
    return shown.path("variables").equals(later.shown.path("variables"))
        && later.data().entrySet().containsAll(data().entrySet());
  }

  private SortedMap<String, JsonNode> data() {
    return StateReader.data(shown.path("prior_state").path("values"));
  }

  /** What the plan stands on besides its changes. */
  Digest basis() {
    ObjectNode content = Diagnostics.JSON.createObjectNode();
    content.put("state", stateVersion);
    ArrayNode changes = content.putArray("changes");
    for (JsonNode change : shown.path("resource_changes")) {
      if (managed(change) && writes(change)) {
        changes.add(change);
      }
    }
    ObjectNode outputs = content.putObject("outputs");
    new TreeMap<>(byName(shown.path("output_changes")))
        .forEach(
            (name, change) -> {
              if (!noopActions(change)) {
                outputs.set(name, change);
              }
            });
    return Digest.sha256(content.toString());
  }

  /** What the state owned before the plan. */
  Inventory inventory() {
    List<InventoryEntry> entries = new ArrayList<>();
    StateReader.collect(shown.path("prior_state").path("values"), entries);
    return Inventory.empty().withEntries(entries);
  }

  /** One change for everything desired or owned. */
  List<Change> changes() {
    Map<String, JsonNode> drift = new HashMap<>();
    shown.path("resource_drift").forEach(d -> drift.put(d.path("address").asString(""), d));
    List<Change> changes = new ArrayList<>();
    for (JsonNode change : shown.path("resource_changes")) {
      if (managed(change)) {
        changes.add(change(change, Optional.ofNullable(drift.get(address(change)))));
      }
    }
    byName(shown.path("output_changes"))
        .forEach(
            (name, change) -> {
              if (!noopActions(change)) {
                changes.add(output(name, change));
              }
            });
    return changes;
  }

  private Change change(JsonNode node, Optional<JsonNode> drift) {
    ResourceId id = StateReader.id(node);
    String rebound = rebound(node);
    Action action = action(node.path("change").path("actions"));
    if (action == Action.NONE && !rebound.isEmpty()) {
      action = Action.UPDATE; // nothing of it changes, but the state does
    }
    List<FieldChange> fields =
        action == Action.UPDATE || action == Action.REPLACE
            ? AttributeDiff.of(node.path("change"), secrets)
            : List.of();
    Optional<LiveVersion> live =
        node.path("change").path("before").isNull()
            ? Optional.empty()
            : Optional.of(
                new LiveVersion(
                    address(node),
                    Digest.sha256(node.path("change").path("before").toString()).toString(),
                    stateVersion));
    Reason reason = reason(node, action, fields, drift);
    if (ignored(address(node), reason, fields)) {
      return new Change(
          id,
          Action.NONE,
          Reason.IN_SYNC,
          List.of(),
          live,
          Health.of(live.isPresent() ? HealthStatus.HEALTHY : HealthStatus.MISSING),
          "its drift is ignored");
    }
    String note =
        forgets(node)
            ? "forgotten: it leaves the state, and stays as it is"
            : node.path("action_reason").asString("").replace('_', ' ');
    return new Change(
            id,
            action,
            reason,
            fields,
            live,
            Health.of(live.isPresent() ? HealthStatus.HEALTHY : HealthStatus.MISSING),
            note)
        .noted(rebound);
  }

  /** What a {@code removed} block does that does not destroy: for the inventory it is gone. */
  private static boolean forgets(JsonNode node) {
    JsonNode actions = node.path("change").path("actions");
    return actions.size() == 1 && actions.path(0).asString("").equals("forget");
  }

  /** How the state comes to know it by this address, empty when it does already. */
  private static String rebound(JsonNode node) {
    String before = node.path("previous_address").asString("");
    if (!before.isEmpty() && !before.equals(address(node))) {
      return "moved from " + before;
    }
    return node.path("change").path("importing").isObject() ? "imported" : "";
  }

  private boolean ignored(String address, Reason reason, List<FieldChange> fields) {
    return switch (reason) {
      case VANISHED -> ignored.stream().anyMatch(r -> r.coversAllOf(address));
      case DRIFTED ->
          fields.stream()
              .filter(AttributeDiff::known)
              .allMatch(f -> ignored.stream().anyMatch(r -> r.covers(address, f.path())));
      default -> false;
    };
  }

  private Change output(String name, JsonNode change) {
    boolean create = change.path("actions").path(0).asString("").equals("create");
    return new Change(
        StateReader.output(name),
        create ? Action.CREATE : Action.UPDATE,
        create ? Reason.NEW : Reason.CHANGED,
        AttributeDiff.of(change, secrets),
        Optional.empty(),
        Health.of(HealthStatus.HEALTHY),
        "an output");
  }

  private static Action action(JsonNode actions) {
    List<String> names = new ArrayList<>();
    actions.forEach(a -> names.add(a.asString("")));
    if (names.size() == 2) {
      return Action.REPLACE;
    }
    return switch (names.isEmpty() ? "no-op" : names.get(0)) {
      case "create" -> Action.CREATE;
      case "update" -> Action.UPDATE;
      case "delete", "forget" -> Action.DELETE;
      default -> Action.NONE;
    };
  }

  /**
   * Drift when the change leads back to what the state had; else somebody changed what is desired.
   */
  private static Reason reason(
      JsonNode node, Action action, List<FieldChange> fields, Optional<JsonNode> drift) {
    return switch (action) {
      case CREATE ->
          drift.filter(d -> d.path("change").path("after").isNull()).isPresent()
              ? Reason.VANISHED
              : Reason.NEW;
      case DELETE -> Reason.REMOVED;
      // What the state does not know by this address yet is desired anew: it cannot be left.
      case UPDATE, REPLACE ->
          rebound(node).isEmpty()
                  && fields.stream().anyMatch(AttributeDiff::known)
                  && drift
                      .map(d -> d.path("change").path("before"))
                      .filter(was -> AttributeDiff.leadsBack(node.path("change"), was))
                      .isPresent()
              ? Reason.DRIFTED
              : Reason.CHANGED;
      case NONE, SKIP -> Reason.IN_SYNC;
    };
  }

  private static boolean managed(JsonNode change) {
    return change.path("mode").asString("managed").equals("managed");
  }

  private static String address(JsonNode change) {
    return change.path("address").asString("");
  }

  private static boolean noop(JsonNode change) {
    return noopActions(change.path("change"));
  }

  private static boolean writes(JsonNode change) {
    return !noop(change) || !rebound(change).isEmpty();
  }

  private static boolean noopActions(JsonNode change) {
    return action(change.path("actions")) == Action.NONE;
  }

  private static Map<String, JsonNode> byName(JsonNode object) {
    Map<String, JsonNode> all = new TreeMap<>();
    object.properties().forEach(e -> all.put(e.getKey(), e.getValue()));
    return all;
  }

  private static String stateVersion(byte[] file) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals("tfstate")) {
          return version(Diagnostics.JSON.readTree(zip.readAllBytes()));
        }
      }
    }
    throw new IOException("the plan file does not hold the state that it was made from");
  }

  /** Lineage and serial of a state. */
  static String version(JsonNode state) {
    return state.path("lineage").asString("") + "/" + state.path("serial").asLong(0);
  }
}
