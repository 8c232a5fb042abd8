package io.gitops4j.fleet;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.error.Stage;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.internal.thread.Turn;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.reconcile.Reconciler;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.FetchResult;
import java.time.Duration;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as its clusters see it: one source that is asked once for all, one reconciler for each,
 * and what each may have. What was decided waits in a queue for whoever drives it. Thread-safe.
 */
final class Convoy<D extends Desired> {
  private final FleetSpec<D> spec;
  private final Rollout rollout;
  private final Map<String, Reconciler<D>> reconcilers = new LinkedHashMap<>();
  private final Queue<RolloutAction> actions = new ConcurrentLinkedQueue<>();
  private final Runnable posted;
  private final Set<String> known = new HashSet<>();
  private final Retries retries = Retries.standard();
  private final Turn polling = new Turn();

  /** Where the source stood, and when it was asked for that; under the turn. */
  private @Nullable Revision head;

  private long polledAt;

  /**
   * Makes the reconcilers.
   *
   * @param also hears of the passes of a cluster
   * @param posted is run when something was decided
   */
  Convoy(FleetSpec<D> spec, Function<String, ReconcileListener> also, Runnable posted) {
    this.spec = spec;
    this.rollout = new Rollout(spec.waves(), spec.pace());
    this.posted = posted;
    Map<Renderer<D>, Renderings<D>> renderings = new IdentityHashMap<>();
    spec.members()
        .forEach(
            (name, m) -> {
              ClusterSource source = new ClusterSource(name, spec.source(), this);
              TargetBuilder<D> target =
                  GitOps.target(m.target().name())
                      .source(source)
                      .renderer(
                          renderings.computeIfAbsent(m.renderer(), Renderings::new).forCluster())
                      .destination(m.destination())
                      .gate(permission(name, source))
                      .listener(also.apply(name));
              spec.each().accept(name, target);
              reconcilers.put(name, target.build());
            });
  }

  /** What a cluster was only shown, it gets when it is its turn. */
  private Gate permission(String cluster, ClusterSource source) {
    return (plan, context) -> {
      Revision revision = plan.desired().revision();
      synchronized (rollout) {
        return source.shown(revision)
                && rollout.given(cluster).filter(revision::sameState).isEmpty()
            ? GateDecision.held(rollout.waitsFor(cluster))
            : GateDecision.allowed();
      }
    };
  }

  Map<String, Reconciler<D>> reconcilers() {
    return reconcilers;
  }

  Reconciler<D> reconciler(String cluster) {
    Reconciler<D> reconciler = reconcilers.get(cluster);
    if (reconciler == null) {
      throw new IllegalArgumentException("no cluster " + cluster);
    }
    return reconciler;
  }

  /** Decides; what follows is put into the queue in the order in which it was decided. */
  void post(RolloutEvent event) {
    synchronized (rollout) {
      actions.addAll(rollout.decide(event, System.nanoTime()));
    }
    posted.run();
  }

  /** What was decided next, and not done yet. */
  @Nullable RolloutAction next() {
    return actions.poll();
  }

  /** What was decided after the last pass ended is decided anew by the next. */
  void dropActions() {
    actions.clear();
  }

  /**
   * Whether nothing is left to do, and nothing more happens unless something happens outside. If
   * so, it rests: what happens outside from then on is for the next pass.
   */
  boolean rests() {
    synchronized (rollout) {
      boolean settled = actions.isEmpty() && rollout.ended();
      if (settled) {
        rollout.rest();
      }
      return settled;
    }
  }

  /** A pass is over: whoever looks from now on may find a newer revision. */
  void wake() {
    synchronized (rollout) {
      rollout.wake();
    }
  }

  /** Looks at the rollout while nothing is decided. */
  <T> T look(Function<Rollout, T> what) {
    synchronized (rollout) {
      return what.apply(rollout);
    }
  }

  /** What another replica did to a cluster is not known. */
  void forget(String cluster) {
    synchronized (known) {
      known.remove(cluster);
    }
    post(new RolloutEvent.Forgotten(cluster));
  }

  /** What was learned of a cluster while another replica had it may not be so any more. */
  void learnAnew(String cluster) {
    boolean learned;
    synchronized (known) {
      learned = known.contains(cluster);
    }
    if (learned) {
      forget(cluster);
    }
  }

  /** What a cluster may have by what is known now; empty when it has to wait for its turn. */
  Optional<Revision> given(String cluster, OperationContext context) {
    learn(cluster, context);
    poll(context, RolloutEvent.Head::new);
    return look(r -> r.given(cluster));
  }

  /** The newest revision, whoever may have it. */
  Revision newest() {
    return look(r -> r.head().orElseThrow());
  }

  /** Asks the source, unless it was asked not long ago, and tells the rollout. */
  void poll(OperationContext context, Function<Revision, RolloutEvent> found) {
    polling.take("another look at the source", Stage.SOURCE, context);
    try {
      long asked = System.nanoTime();
      Optional<Revision> last = Optional.ofNullable(head);
      if (last.isEmpty() || asked - polledAt > context.freshness().toNanos()) {
        FetchResult result = retries.call(context, () -> spec.source().fetch(last, context));
        if (result instanceof FetchResult.Fetched fetched) {
          // Who renders it gets exactly this tree: the source keeps what it has downloaded.
          fetched.snapshot().close();
        }
        head = result.revision();
        polledAt = asked;
      }
      post(found.apply(head));
    } finally {
      polling.end();
    }
  }

  /** What a cluster was given before this process began is in its own history. */
  private void learn(String cluster, OperationContext context) {
    synchronized (known) {
      if (known.contains(cluster)) {
        return;
      }
    }
    FleetSpec.Member<D> member = spec.member(cluster);
    List<HistoryEntry> entries =
        retries.call(context, () -> member.destination().history().list(member.target(), context));
    Optional<Revision> at = given(entries);
    Optional<Long> wroteAt = entries.stream().map(this::ended).findFirst();
    synchronized (known) {
      known.add(cluster);
    }
    post(new RolloutEvent.Recorded(cluster, at, wroteAt));
  }

  /**
   * What a cluster went back from it was given, and leaves alone until it is given another. One
   * that somebody took somewhere before it was given anything was only shown what it leaves alone;
   * one that went back by itself was given it, whatever its record still tells of. What its own
   * gates let through in part it was given, too.
   */
  private static Optional<Revision> given(List<HistoryEntry> entries) {
    Optional<HistoryEntry> newest =
        entries.stream().filter(e -> e.scope() != HistoryEntry.Scope.SELECTED).findFirst();
    Optional<Pin> pin = newest.flatMap(HistoryEntry::pin).filter(p -> p.bad().isPresent());
    return pin.isEmpty()
        ? newest.map(HistoryEntry::revision)
        : pin.filter(p -> p.automatic() || entries.stream().anyMatch(e -> e.pin().isEmpty()))
            .flatMap(Pin::bad);
  }

  private long ended(HistoryEntry entry) {
    Duration since = Duration.between(entry.started().plus(entry.took()), spec.clock().instant());
    // A record from the future, by another clock, is one of now.
    return System.nanoTime() - Math.max(0, since.toNanos());
  }
}
