package io.gitops4j.terraform.internal;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.model.ResourceId;
import io.gitops4j.terraform.TerraformWorkspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Turns what the program says while it applies into results of changes. Not thread-safe. */
final class ApplyProgress {
  private final Plan<TerraformWorkspace> plan;
  private final Consumer<ChangeResult> told;
  private final Map<String, Change> byAddress = new HashMap<>();
  private final Map<ResourceId, ChangeResult> results = new TreeMap<>();
  private final Map<ResourceId, InventoryEntry> entries;
  private final Map<ResourceId, String> halves = new HashMap<>();
  private final Set<ResourceId> errored = new HashSet<>();
  private boolean begun;

  ApplyProgress(Plan<TerraformWorkspace> plan, Consumer<ChangeResult> told) {
    this.plan = plan;
    this.told = told;
    this.entries = new TreeMap<>(plan.inventory().entries());
    for (Change change : plan.changes()) {
      byAddress.put(StateReader.address(change.id()), change);
      if (!change.action().writes()) {
        result(change, Actuation.SUCCEEDED, change.health(), Optional.empty());
      }
    }
  }

  /** Whether anything was touched. */
  boolean begun() {
    return begun;
  }

  /** Whether the state owns nothing any more. */
  boolean nothingLeft() {
    return entries.isEmpty();
  }

  /** Takes one message. */
  void take(JsonNode message, Diagnostics diagnostics) {
    String type = message.path("type").asString("");
    if (type.equals("diagnostic")) {
      // It comes after the message that its resource failed.
      String address = message.path("diagnostic").path("address").asString("");
      Optional.ofNullable(byAddress.get(address))
          .filter(c -> errored.contains(c.id()) && !results.containsKey(c.id()))
          .ifPresent(c -> diagnostics.of(address).ifPresent(why -> fail(c, why)));
      return;
    }
    JsonNode hook = message.path("hook");
    Change change = byAddress.get(hook.path("resource").path("addr").asString(""));
    begun |= type.equals("apply_start");
    if (change == null || results.containsKey(change.id())) {
      return;
    }
    if (type.equals("apply_errored")) {
      errored.add(change.id());
    } else if (type.equals("apply_complete")) {
      // A replacement is two: it is done when the new one is there and the old one gone.
      String action = hook.path("action").asString("");
      if (change.action() != Action.REPLACE || replaced(change, action)) {
        succeeded(change);
      }
    }
  }

  /** The program ended well: what it did not tell of one by one happened with the rest. */
  void complete() {
    for (Change change : plan.changes()) {
      if (!results.containsKey(change.id())) {
        succeeded(change);
      }
    }
  }

  /** The program failed: what it did not reach is told as such. */
  void end(Failure cause) {
    for (Change change : plan.changes()) {
      if (results.containsKey(change.id())) {
        continue;
      }
      if (errored.contains(change.id())) {
        fail(change, cause.reason());
        continue;
      }
      result(
          change,
          Actuation.SKIPPED,
          change.health(),
          Optional.of(
              new Failure(
                  Stage.APPLY,
                  "APPLY-NOT-REACHED",
                  Retryability.RETRY,
                  Optional.of(change.id().toString()),
                  "it was not finished, because something failed: " + cause.reason(),
                  Optional.of("mend what failed; the next pass plans again"))));
    }
  }

  Outcome outcome() {
    List<ChangeResult> ordered = new ArrayList<>();
    plan.changes().forEach(c -> ordered.add(results.get(c.id())));
    return new Outcome(ordered, plan.inventory().withEntries(entries.values()));
  }

  private boolean replaced(Change change, String action) {
    String other = halves.putIfAbsent(change.id(), action);
    return other != null && !other.equals(action);
  }

  private void succeeded(Change change) {
    boolean removed = change.action() == Action.DELETE;
    if (removed) {
      entries.remove(change.id());
    } else if (!change.id().equals(StateReader.output(change.id().name()))) {
      entries.putIfAbsent(change.id(), InventoryEntry.planned(change.id(), change.id().group()));
    }
    result(
        change,
        Actuation.SUCCEEDED,
        Health.of(removed ? HealthStatus.MISSING : HealthStatus.HEALTHY),
        Optional.empty());
  }

  private void fail(Change change, String why) {
    Failure failure =
        new Failure(
            Stage.APPLY,
            "TERRAFORM-RESOURCE",
            Retryability.RETRY,
            Optional.of(change.id().toString()),
            why,
            Optional.of("mend what it says; the next pass plans again"));
    result(change, Actuation.FAILED, change.health(), Optional.of(failure));
  }

  private void result(
      Change change, Actuation actuation, Health health, Optional<Failure> failure) {
    ChangeResult result = new ChangeResult(change, actuation, health, failure);
    results.put(change.id(), result);
    told.accept(result);
  }
}
