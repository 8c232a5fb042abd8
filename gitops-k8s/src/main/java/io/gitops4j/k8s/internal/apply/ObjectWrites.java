package io.gitops4j.k8s.internal.apply;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.Kept;
import io.gitops4j.k8s.internal.diff.Preparation;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.SecretValues;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.observe.WriteOptions;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Writes and removes the objects of a plan, and keeps what is owned. For one thread. */
final class ObjectWrites {
  /** Saving what was written outlives the pass, but not for ever. */
  static final Duration SAVE_LIMIT = Duration.ofSeconds(60);

  /** What writes go through. */
  record Parts(
      Discovery discovery,
      Observer observer,
      Preparation preparation,
      InventoryStore inventories,
      ClusterSettings settings,
      Writer writer,
      Replacement replacement,
      Establishment establishment,
      Burial burial) {}

  private final Parts parts;
  private final Plan<ManifestSet> plan;
  private final Map<ResourceId, Prepared> desired;
  private final Bodies bodies;
  private final Results results;
  private final SyncRecord record;
  private final View view;
  private final OperationContext context;
  private final Map<ResourceId, InventoryEntry> entries;
  private final Map<ResourceId, Burial.Look> looks = new HashMap<>();
  private final Set<Action> buried = EnumSet.noneOf(Action.class);
  private Set<String> names;
  private Inventory inventory;

  ObjectWrites(
      Parts parts,
      Plan<ManifestSet> plan,
      Map<ResourceId, Prepared> desired,
      Results results,
      SyncRecord record,
      OperationContext context) {
    this.parts = parts;
    this.plan = plan;
    this.desired = desired;
    this.bodies = new Bodies(parts, plan, desired, context);
    this.results = results;
    this.record = record;
    this.view = parts.settings().view(plan.target());
    this.context = context;
    this.inventory = plan.inventory();
    this.names = inventory.records();
    this.entries = new HashMap<>(plan.inventory().entries());
  }

  /**
   * The union of old and planned is stored before the first write: a crash loses nothing.
   *
   * @param recorded whether there will be a record of the sync, to be found by the inventory alone
   */
  void writeAhead(boolean recorded) {
    if (recorded) {
      names = Set.of(SyncRecord.NAME);
    }
    for (Change change : plan.changes()) {
      if (change.action().writes() && change.action() != Action.DELETE && owned(change)) {
        String version = desired.get(change.id()).resource().apiVersion();
        InventoryEntry entry = InventoryEntry.planned(change.id(), version);
        if (change.action() == Action.REPLACE) {
          // Should it end between delete and create, the next pass makes it as a new one.
          entries.put(change.id(), entry);
        } else {
          entries.putIfAbsent(change.id(), entry);
        }
      }
    }
    // Recorded as ours before it is, so that a crash in between cannot leave it without owner.
    save();
  }

  /** Sends the writes of some changes at once; those that failed. */
  Set<ResourceId> send(List<Change> changes) {
    List<Write> writes = new ArrayList<>();
    Set<ResourceId> failures = new HashSet<>();
    bodies.arrive(changes);
    bury(Action.REPLACE, changes);
    bury(Action.DELETE, changes);
    for (Change change : changes) {
      Optional<Failure> unseen = look(change).flatMap(Burial.Look::failure);
      if (unseen.isPresent()) {
        // What could not be looked at is not removed: nobody could bring it back.
        failures.add(change.id());
        failed(change, unseen.get());
      } else if (change.action() == Action.DELETE && change.live().isEmpty()) {
        gone(change);
      } else if (served(change).isEmpty()) {
        failed(
            change,
            Bodies.failure(
                change,
                "K8S-KIND-GONE",
                "the server does not serve its kind any more, as it did when it was compared",
                "the next pass compares with what it serves then"));
        failures.add(change.id());
      } else {
        filled(change).ifPresentOrElse(writes::add, () -> failures.add(change.id()));
      }
    }
    BiConsumer<Write, Writer.Result> done =
        (write, answer) -> {
          take(write, answer);
          if (answer.failure().isPresent()) {
            failures.add(write.change().id());
          }
        };
    Map<Boolean, List<Write>> kinds =
        writes.stream()
            .collect(Collectors.partitioningBy(w -> w.change().action() == Action.REPLACE));
    parts.observer().whileWriting(() -> parts.writer().sendAll(kinds.get(false), done, context));
    parts.replacement().run(kinds.get(true), done, context);
    List<Prepared> definitions =
        writes.stream()
            .filter(w -> !failures.contains(w.change().id()))
            .filter(w -> w.change().id().kind().equals("CustomResourceDefinition"))
            .flatMap(w -> w.desired().stream())
            .toList();
    parts.establishment().await(definitions, context);
    return failures;
  }

  /** Before the first removal of all: so they are stored together. */
  private void bury(Action action, List<Change> batch) {
    if (batch.stream().noneMatch(c -> c.action() == action) || !buried.add(action)) {
      return;
    }
    List<Write> removals =
        plan.changes().stream()
            .filter(c -> c.action() == action && c.removes() && served(c).isPresent())
            .map(
                c -> write(c, Optional.of(c).filter(r -> action == Action.REPLACE).map(bodies::of)))
            .toList();
    if (!removals.isEmpty()) {
      looks.putAll(parts.burial().bury(plan, removals, context));
    }
  }

  private Optional<Burial.Look> look(Change change) {
    return Optional.ofNullable(looks.get(change.id()));
  }

  private Write write(Change change, Optional<Prepared> body) {
    return new Write(
        change,
        resource(change),
        body,
        over(change, body),
        look(change).flatMap(l -> l.options().propagation()),
        body.filter(p -> takesOver(change, p)).isPresent(),
        false);
  }

  /** A removal is compared with what the last look told: what moved before that is known. */
  private Optional<LiveVersion> over(Change change, Optional<Prepared> body) {
    String seen = look(change).map(Burial.Look::content).orElse("");
    return body.isPresent() || seen.isEmpty()
        ? change.live()
        : change.live().map(l -> new LiveVersion(l.uid(), seen, l.version()));
  }

  /** Also what is recorded as ours and was never applied: a pass ended before it came to that. */
  private boolean takesOver(Change change, Prepared prepared) {
    boolean never = plan.inventory().find(change.id()).flatMap(InventoryEntry::desired).isEmpty();
    return change.live().isPresent()
        && owned(change)
        && prepared.writing().others() == WriteOptions.Others.ENDED
        && (never
            || change.reason() == Reason.OWNERSHIP
            || prepared.writing().update() == UpdatePolicy.OVERWRITE);
  }

  /** What is gone is not owned any more. */
  private void gone(Change change) {
    entries.remove(change.id());
    String note = look(change).map(Burial.Look::note).orElse("");
    results.tell(
        change, Actuation.SUCCEEDED, new Health(HealthStatus.MISSING, note), Optional.empty());
  }

  /** What became a hook is not owned like an object any more. */
  void release(ResourceId id) {
    entries.remove(id);
  }

  /** The record is gone with all that it told of. */
  void forgetRecord() {
    names = Set.of();
  }

  /** What is owned now. */
  Inventory inventory() {
    return inventory;
  }

  /** What is to be recorded as owned. */
  Map<ResourceId, InventoryEntry> entries() {
    return entries;
  }

  void save() {
    Inventory next = inventory.withEntries(entries.values()).withRecords(names);
    if (!next.equals(inventory)) {
      OperationContext own = OperationContext.within(SAVE_LIMIT);
      // A stream that began now would tell of thousands of objects while this is stored.
      parts
          .observer()
          .whileWriting(() -> inventory = parts.inventories().save(plan.target(), next, own));
    }
  }

  /** How the kind of a changed object is served. */
  ApiResource resource(Change change) {
    return served(change)
        .orElseThrow(
            () -> new IllegalStateException(change.id() + " was compared and is not served"));
  }

  /** The same, empty where a definition went since the comparison. */
  private Optional<ApiResource> served(Change change) {
    if (change.action() != Action.DELETE) {
      return Optional.of(bodies.of(change).resource());
    }
    String version =
        plan.inventory()
            .find(change.id())
            .map(InventoryEntry::apiVersion)
            .or(() -> record.madeAs(change.id()))
            .orElse("");
    return parts.discovery().findFor(change.id(), version);
  }

  private Optional<Write> filled(Change change) {
    if (change.action() == Action.DELETE) {
      return Optional.of(write(change, Optional.empty()));
    }
    Bodies.Body body = bodies.filled(change);
    body.failure().ifPresent(f -> failed(change, f));
    return body.prepared().map(p -> write(change, Optional.of(p)));
  }

  private void failed(Change change, Failure failure) {
    results.tell(change, Actuation.FAILED, change.health(), Optional.of(failure));
  }

  private void take(Write write, Writer.Result answer) {
    Change change = write.change();
    if (answer.failure().isPresent()) {
      failed(change, answer.failure().get());
      return;
    }
    JsonNode live = answer.live();
    if (write.desired().isEmpty()) {
      if (live.path("metadata").has("deletionTimestamp")) {
        Health health = parts.observer().wrote(change.id(), write.resource(), view, live).health();
        results.tell(change, Actuation.SUCCEEDED, health, Optional.empty());
      } else {
        gone(change);
      }
      return;
    }
    Prepared prepared = write.desired().get();
    LiveSummary now = parts.observer().wrote(prepared.id(), prepared.resource(), view, live);
    if (owned(change)) {
      // Where it lives is known for sure only once its kind is served.
      entries.remove(change.id());
      entries.put(prepared.id(), prepared.applied(now));
    }
    results.tell(kept(change, prepared, live), Actuation.SUCCEEDED, now.health(), Optional.empty());
  }

  /** Says what of a write did not stick; a dry run before it has said so already. */
  private Change kept(Change change, Prepared prepared, JsonNode live) {
    if (change.action() == Action.UPDATE) {
      return change;
    }
    boolean secret = SecretValues.isSecret(change.id().group(), change.id().kind());
    return change.noted(Kept.note(prepared.over(live), live, secret));
  }

  private static boolean owned(Change change) {
    return change.reason() != Reason.PREREQUISITE && change.reason() != Reason.HOOK;
  }
}
