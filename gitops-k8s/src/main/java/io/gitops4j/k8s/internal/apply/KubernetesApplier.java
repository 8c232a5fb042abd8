package io.gitops4j.k8s.internal.apply;

import io.gitops4j.apply.Applier;
import io.gitops4j.apply.ChangeResult;
import io.gitops4j.apply.Outcome;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.Farewell;
import io.gitops4j.k8s.internal.diff.Preparation;
import io.gitops4j.k8s.internal.diff.Prepared;
import io.gitops4j.k8s.internal.diff.SyncTasks;
import io.gitops4j.k8s.internal.observe.FailureCauses;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.k8s.internal.order.HookPhases;
import io.gitops4j.k8s.internal.order.Placement;
import io.gitops4j.k8s.internal.order.SyncGraph;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.k8s.internal.order.SyncRecord.HookRun;
import io.gitops4j.k8s.internal.order.SyncTask;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Applies a plan in the order of its {@link SyncGraph}. A failure ends the plan: what was begun is
 * heard out, nothing is begun or pruned any more but what is meant for a failure.
 */
public final class KubernetesApplier implements Applier<ManifestSet> {
  private final ObjectWrites.Parts parts;
  private final FailureCauses causes;
  private final Preparation preparation;
  private final SyncRecordStore records;
  private final Clock clock;

  /** Writes through the given parts. */
  public KubernetesApplier(
      KubeHttp http,
      Discovery discovery,
      Observer observer,
      Preparation preparation,
      InventoryStore inventories,
      TombstoneStore tombstones,
      SyncRecordStore records,
      ClusterSettings settings,
      Clock clock) {
    Writer writer = new Writer(http, settings);
    this.causes = new FailureCauses(http);
    this.parts =
        new ObjectWrites.Parts(
            discovery,
            observer,
            preparation,
            inventories,
            settings,
            writer,
            new Replacement(http, writer),
            new Establishment(http, discovery),
            new Burial(http, tombstones, settings));
    this.preparation = preparation;
    this.records = records;
    this.clock = clock;
  }

  @Override
  public Class<ManifestSet> desiredType() {
    return ManifestSet.class;
  }

  @Override
  public Outcome apply(
      Plan<ManifestSet> plan, Consumer<ChangeResult> progress, OperationContext context) {
    boolean recorded = plan.inventory().records().contains(SyncRecord.NAME);
    SyncRecord known = records.beside(plan.inventory(), plan.target(), context);
    Map<ResourceId, Prepared> desired =
        new LinkedHashMap<>(
            Farewell.prepare(preparation, plan.desired(), known, plan.target(), context));
    boolean ordered = desired.values().stream().anyMatch(p -> !p.placement().isPlain());
    preparation.namespace(plan.target()).ifPresent(n -> desired.putIfAbsent(n.id(), n));
    // Of a target without hooks and order nothing is recorded, so it costs its writes and no more.
    Optional<SyncRecordStore.Session> session =
        ordered || recorded ? Optional.of(records.open(plan.target(), context)) : Optional.empty();
    return new Sync(plan, desired, session, progress, context).run();
  }

  /** One plan being applied. */
  private final class Sync {
    private final Plan<ManifestSet> plan;
    private final Map<ResourceId, Prepared> desired;
    private final Optional<SyncRecordStore.Session> session;
    private final OperationContext context;
    private final HookPhases phases;
    private final Results results;
    private final ObjectWrites objects;
    private final Optional<HookRunner> hooks;
    private final View view;

    Sync(
        Plan<ManifestSet> plan,
        Map<ResourceId, Prepared> desired,
        Optional<SyncRecordStore.Session> session,
        Consumer<ChangeResult> progress,
        OperationContext context) {
      this.plan = plan;
      this.desired = desired;
      this.session = session;
      this.context = context;
      this.view = parts.settings().view(plan.target());
      SyncRecord record = session.map(SyncRecordStore.Session::record).orElse(SyncRecord.NONE);
      phases = HookPhases.of(record, plan.desired(), plan.inventory());
      results = new Results(plan, progress);
      objects = new ObjectWrites(parts, plan, desired, results, record, context);
      boolean any =
          !record.hooks().isEmpty()
              || desired.values().stream().anyMatch(p -> p.placement().hook().isPresent());
      hooks =
          session
              .filter(s -> any)
              .map(s -> new HookRunner(parts, clock, s, plan, phases.run(), context));
    }

    Outcome run() {
      List<SyncTask> tasks = SyncTasks.of(plan.changes(), desired, phases);
      SyncGraph graph = SyncGraph.of(tasks);
      Waits waits = new Waits(parts.observer(), causes, view, context);
      try {
        objects.writeAhead(session.isPresent());
        remember();
        results.tellUnwritten();
        SyncRun run =
            new SyncRun(plan, tasks, desired, objects, hooks, waits, parts.settings(), results);
        if (SyncLoop.run(graph, run)) {
          complete();
        }
      } finally {
        // Also when the pass was cancelled: what was written is known here and nowhere else.
        objects.save();
        session.ifPresent(s -> s.save(OperationContext.within(ObjectWrites.SAVE_LIMIT)));
      }
      return results.outcome(objects.inventory());
    }

    /** What removals and the end will have to know, before there is anything to remove. */
    private void remember() {
      if (session.isEmpty()) {
        return;
      }
      SyncRecord record = session.get().record();
      SortedMap<ResourceId, Placement> order = new TreeMap<>(record.order());
      order.keySet().retainAll(objects.entries().keySet());
      for (Prepared object : desired.values()) {
        Placement placement = object.placement().remembered(object.id());
        if (object.placement().hook().isPresent() || placement.isPlain()) {
          order.remove(object.id());
        } else {
          order.put(object.id(), placement);
        }
      }
      SyncRecord next =
          record.withOrder(order, phases.end() ? record.farewell() : Farewell.of(desired.values()));
      session.get().set(hooks.isPresent() ? next.withRun(phases.run()) : next);
      session.get().save(context);
    }

    /** Whether something was left for another pass, which is a sync with hooks of its own. */
    private boolean part() {
      return plan.changes().stream()
          .anyMatch(c -> c.reason() == Reason.HELD || c.reason() == Reason.NOT_SELECTED);
    }

    private void complete() {
      hooks.ifPresent(
          h -> {
            h.tidy(desired, phases.end());
            SyncRecord record = session.get().record();
            session.get().set(part() ? record.again(phases.key()) : record.done(phases.key()));
          });
      boolean over = phases.end() && objects.entries().isEmpty();
      session
          .filter(s -> over && s.record().hooks().stream().noneMatch(HookRun::present))
          .ifPresent(
              s -> {
                s.set(SyncRecord.NONE);
                s.save(context);
                objects.forgetRecord();
              });
    }
  }
}
