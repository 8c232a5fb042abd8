package io.gitops4j.k8s.internal.apply;

import io.gitops4j.apply.Actuation;
import io.gitops4j.apply.Applier;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.Kept;
import io.gitops4j.k8s.internal.diff.Preparation;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.SecretValues;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.order.ApplyStep;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Applies a plan step by step: writes in order, then deletes in reverse. What a step could not do
 * ends the plan after that step; nothing is pruned then.
 */
public final class KubernetesApplier implements Applier<ManifestSet> {
  /** Saving what was written outlives the pass, but not for ever. */
  private static final Duration SAVE_LIMIT = Duration.ofSeconds(60);

  private final Discovery discovery;
  private final Observer observer;
  private final Preparation preparation;
  private final InventoryStore inventories;
  private final ClusterSettings settings;
  private final Writer writer;
  private final Replacement replacement;
  private final Establishment establishment;
  private final Burial burial;

  /** Writes through the given parts. */
  public KubernetesApplier(
      KubeHttp http,
      Discovery discovery,
      Observer observer,
      Preparation preparation,
      InventoryStore inventories,
      TombstoneStore tombstones,
      ClusterSettings settings) {
    this.discovery = discovery;
    this.observer = observer;
    this.preparation = preparation;
    this.inventories = inventories;
    this.settings = settings;
    this.writer = new Writer(http, settings);
    this.replacement = new Replacement(http, writer);
    this.establishment = new Establishment(http, discovery);
    this.burial = new Burial(http, tombstones, settings);
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  @Override
  public Outcome apply(
      Plan<ManifestSet> plan, Consumer<ChangeResult> progress, OperationContext context) {
    SortedMap<ResourceId, Prepared> desired =
        new TreeMap<>(preparation.prepare(plan.desired(), plan.target(), context));
    preparation.namespace(plan.target()).ifPresent(n -> desired.putIfAbsent(n.id(), n));
    Run run = new Run(plan, desired, progress, context);
    try {
      run.writeAhead();
      run.steps();
    } finally {
      // Also when the pass was cancelled: what was written is known here and nowhere else.
      run.save();
    }
    return run.outcome();
  }

  /** One plan being applied. */
  private final class Run {
    private final Plan<ManifestSet> plan;
    private final SortedMap<ResourceId, Prepared> desired;
    private final View view;
    private final Consumer<ChangeResult> progress;
    private final OperationContext context;
    private final Map<ResourceId, ChangeResult> results = new TreeMap<>();
    private final Map<ResourceId, Prepared> arrived = new TreeMap<>();
    private final SortedMap<ResourceId, InventoryEntry> entries;
    private final Map<ResourceId, Burial.Look> looks = new HashMap<>();
    private Inventory inventory;
    private boolean failed;

    Run(
        Plan<ManifestSet> plan,
        SortedMap<ResourceId, Prepared> desired,
        Consumer<ChangeResult> progress,
        OperationContext context) {
      this.plan = plan;
      this.desired = desired;
      this.view = settings.view(plan.target());
      this.progress = progress;
      this.context = context;
      this.inventory = plan.inventory();
      this.entries = new TreeMap<>(plan.inventory().entries());
    }

    /** The union of old and planned is stored before the first write: a crash loses nothing. */
    void writeAhead() {
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

    void steps() {
      for (Change change : plan.changes()) {
        if (!change.action().writes()) {
          result(change, unwritten(change), change.health(), Optional.empty());
        }
      }
      bury(Action.REPLACE);
      for (ApplyStep step : ApplyStep.values()) {
        if (step == ApplyStep.AWAITED && !failed) {
          arrive();
        }
        step(step, false);
        if (step == ApplyStep.PREREQUISITES && !failed) {
          establishment.await(definitions(), context);
        }
      }
      if (!failed) {
        bury(Action.DELETE);
      }
      List<ApplyStep> reverse = new ArrayList<>(List.of(ApplyStep.values()));
      Collections.reverse(reverse);
      reverse.forEach(step -> step(step, true));
    }

    private void bury(Action action) {
      List<Write> removals =
          plan.changes().stream()
              .filter(c -> c.action() == action && c.removes())
              .map(this::write)
              .toList();
      if (!removals.isEmpty()) {
        looks.putAll(burial.bury(plan, removals, context));
      }
    }

    private Write write(Change change) {
      Optional<Prepared> applied =
          change.action() == Action.DELETE ? Optional.empty() : Optional.of(prepared(change));
      return new Write(
          change,
          applied.map(Prepared::resource).orElseGet(() -> resource(change)),
          applied,
          change.live(),
          look(change).flatMap(l -> l.options().propagation()),
          applied.filter(p -> takesOver(change, p)).isPresent());
    }

    /** Also what is recorded as ours and was never applied: a pass ended before it came to that. */
    private boolean takesOver(Change change, Prepared prepared) {
      boolean never = plan.inventory().find(change.id()).flatMap(InventoryEntry::desired).isEmpty();
      return change.live().isPresent()
          && owned(change)
          && !prepared.writing().sharing()
          && (never
              || change.reason() == Reason.OWNERSHIP
              || prepared.writing().update() == UpdatePolicy.OVERWRITE);
    }

    private Prepared prepared(Change change) {
      return arrived.getOrDefault(change.id(), desired.get(change.id()));
    }

    private Optional<Burial.Look> look(Change change) {
      return Optional.ofNullable(looks.get(change.id()));
    }

    private ApplyStep stepOf(Change change) {
      Prepared prepared = desired.get(change.id());
      return prepared != null && prepared.awaited() ? ApplyStep.AWAITED : ApplyStep.of(change.id());
    }

    /** Waits for kinds that are not served yet; what is served then is known how to be written. */
    private void arrive() {
      List<Prepared> missing =
          plan.changes().stream()
              .filter(c -> c.action().writes() && stepOf(c) == ApplyStep.AWAITED)
              .map(c -> desired.get(c.id()))
              .toList();
      if (missing.isEmpty()) {
        return;
      }
      establishment.awaitKinds(missing, settings.kindWait(), context);
      SortedMap<ResourceId, Prepared> now =
          preparation.prepare(plan.desired(), plan.target(), context);
      for (Prepared one : missing) {
        ResourceId id = one.id();
        Optional.ofNullable(now.get(id))
            .or(
                () ->
                    Optional.ofNullable(
                        now.get(new ResourceId(id.group(), id.kind(), "", id.name()))))
            .ifPresent(found -> arrived.put(id, found));
      }
    }

    private Actuation unwritten(Change change) {
      return change.action() == Action.NONE ? Actuation.SUCCEEDED : Actuation.SKIPPED;
    }

    private List<Prepared> definitions() {
      return plan.changes().stream()
          .filter(c -> c.id().kind().equals("CustomResourceDefinition") && c.action().writes())
          .filter(c -> c.action() != Action.DELETE)
          .map(c -> desired.get(c.id()))
          .toList();
    }

    private void step(ApplyStep step, boolean deletes) {
      List<ResourceId> failures = new ArrayList<>();
      List<Write> writes = new ArrayList<>();
      for (Change change : plan.changes()) {
        boolean delete = change.action() == Action.DELETE;
        if (!change.action().writes() || delete != deletes || stepOf(change) != step) {
          continue;
        }
        if (failed) {
          result(change, Actuation.SKIPPED, change.health(), Optional.of(notReached(change)));
        } else if (delete && change.live().isEmpty()) {
          entries.remove(change.id());
          result(change, Actuation.SUCCEEDED, change.health(), Optional.empty());
        } else {
          Optional<Prepared> applied = delete ? Optional.empty() : Optional.of(prepared(change));
          if (applied.filter(Prepared::awaited).isPresent()) {
            failures.add(change.id());
            result(
                change, Actuation.FAILED, change.health(), Optional.of(notServed(applied.get())));
            continue;
          }
          writes.add(write(change));
        }
      }
      failures.addAll(unseen(writes));
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
      writer.sendAll(kinds.get(false), done, context);
      replacement.run(kinds.get(true), done, context);
      failed |= !failures.isEmpty();
    }

    /** What could not be looked at is not removed: nobody could bring it back. */
    private List<ResourceId> unseen(List<Write> writes) {
      List<ResourceId> failures = new ArrayList<>();
      for (Write write : List.copyOf(writes)) {
        Optional<Failure> failure = look(write.change()).flatMap(Burial.Look::failure);
        if (failure.isPresent()) {
          writes.remove(write);
          failures.add(write.change().id());
          result(write.change(), Actuation.FAILED, write.change().health(), failure);
        }
      }
      return failures;
    }

    private ApiResource resource(Change change) {
      String version = entries.get(change.id()).apiVersion();
      return discovery
          .find(version, change.id().kind())
          .or(() -> discovery.findAnyVersion(change.id().group(), change.id().kind()))
          .orElseThrow(
              () -> new IllegalStateException(change.id() + " was compared and is not served"));
    }

    private void take(Write write, Writer.Result answer) {
      Change change = write.change();
      if (answer.failure().isPresent()) {
        result(change, Actuation.FAILED, change.health(), answer.failure());
        return;
      }
      JsonNode live = answer.live();
      if (write.desired().isEmpty()) {
        boolean lingers = live.path("metadata").has("deletionTimestamp");
        if (!lingers) {
          entries.remove(change.id());
        }
        String note = look(change).map(Burial.Look::note).orElse("");
        Health health =
            lingers
                ? observer.wrote(change.id(), write.resource(), view, live).health()
                : new Health(HealthStatus.MISSING, note);
        result(change, Actuation.SUCCEEDED, health, Optional.empty());
        return;
      }
      Prepared prepared = write.desired().get();
      LiveSummary now = observer.wrote(prepared.id(), prepared.resource(), view, live);
      if (owned(change)) {
        // Where it lives is known for sure only once its kind is served.
        entries.remove(change.id());
        entries.put(prepared.id(), entry(prepared, now));
      }
      result(kept(change, prepared, live), Actuation.SUCCEEDED, now.health(), Optional.empty());
    }

    /** Says what of a write did not stick; a dry run before it has said so already. */
    private Change kept(Change change, Prepared prepared, JsonNode live) {
      if (change.action() == Action.UPDATE) {
        return change;
      }
      boolean secret = SecretValues.isSecret(change.id().group(), change.id().kind());
      return change.noted(Kept.note(prepared.over(live), live, secret));
    }

    private boolean owned(Change change) {
      return change.reason() != Reason.PREREQUISITE;
    }

    private InventoryEntry entry(Prepared prepared, LiveSummary live) {
      return new InventoryEntry(
          prepared.id(),
          prepared.resource().apiVersion(),
          Optional.of(prepared.digest()),
          live.fingerprint(),
          Optional.of(live.uid()));
    }

    private Failure notServed(Prepared prepared) {
      return new Failure(
          Stage.APPLY,
          "K8S-KIND-UNKNOWN",
          Retryability.RETRY,
          Optional.of(prepared.id().toString()),
          "the server serves no "
              + prepared.resource().apiVersion()
              + " "
              + prepared.id().kind()
              + ", "
              + settings.kindWait().toSeconds()
              + " seconds after everything else was applied",
          Optional.of("look at what should define the kind; the next pass goes on"));
    }

    private Failure notReached(Change change) {
      return new Failure(
          Stage.APPLY,
          "APPLY-NOT-REACHED",
          Retryability.RETRY,
          Optional.of(change.id().toString()),
          "it was not tried, because something before it failed",
          Optional.of("mend what failed; the next pass goes on"));
    }

    private void result(
        Change change, Actuation actuation, Health health, Optional<Failure> failure) {
      ChangeResult result = new ChangeResult(change, actuation, health, failure);
      results.put(change.id(), result);
      progress.accept(result);
    }

    void save() {
      if (!entries.equals(inventory.entries())) {
        OperationContext own = OperationContext.within(SAVE_LIMIT);
        inventory = inventories.save(plan.target(), inventory.withEntries(entries.values()), own);
      }
    }

    Outcome outcome() {
      List<ChangeResult> ordered = plan.changes().stream().map(c -> results.get(c.id())).toList();
      return new Outcome(ordered, inventory);
    }
  }
}
