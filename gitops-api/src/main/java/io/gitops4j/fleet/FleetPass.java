package io.gitops4j.fleet;

import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.thread.LentThread;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over a fleet: the caller's thread does what the rollout decides, tells what came of it,
 * and waits; passes of clusters run on the executor.
 */
final class FleetPass {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  /** How long until the caller's cancellation is noticed. */
  private static final Duration NOTICE = Duration.ofMillis(200);

  private final FleetSpec<?> spec;
  private final Convoy<?> convoy;
  private final ClusterResults results;
  private final Course course;
  private final Function<String, Stage> defects;
  private final Executor workers;
  private final Semaphore signal;
  private final OperationContext context;
  private final long began = System.nanoTime();
  private final Map<String, Job> jobs = new HashMap<>();
  private final AtomicBoolean polling = new AtomicBoolean();
  private long pollDue;

  FleetPass(
      FleetSpec<?> spec,
      Convoy<?> convoy,
      ClusterResults results,
      Function<String, Stage> defects,
      Executor workers,
      Semaphore signal,
      OperationContext context) {
    this.spec = spec;
    this.convoy = convoy;
    this.results = results;
    this.course = new Course(spec, convoy, results);
    this.defects = defects;
    this.workers = workers;
    this.signal = signal;
    this.context = context;
    this.pollDue = began + spec.pace().look().toNanos();
  }

  FleetOutcome run() {
    try {
      results.anew();
      convoy.dropActions();
      convoy.poll(context, RolloutEvent.Anew::new);
      while (!done()) {
        context.checkActive(Stage.APPLY);
        await();
      }
      course.tellNews();
      heal();
      return course.outcome();
    } catch (GitOpsException e) {
      jobs.values().forEach(Job::abandon);
      FleetOutcome soFar = course.outcome();
      return new FleetOutcome(
          FleetOutcome.Kind.FAILED,
          soFar.revision(),
          soFar.clusters(),
          Optional.of(e.failure()),
          e.failure().message());
    } finally {
      convoy.wake();
    }
  }

  /**
   * Who was not reached keeps what it has, and what drifted from that is healed, as under a
   * controller. How the rollout ended is settled before, and does not wait for it any longer than
   * for one cluster: who is not healed by then is healed by a later pass.
   */
  private void heal() {
    Queue<String> left = new ArrayDeque<>(convoy.look(Rollout::unreached));
    long due = System.nanoTime() + spec.pace().limit().plus(spec.pace().grace()).toNanos();
    try {
      while (!(left.isEmpty() && jobs.isEmpty()) && System.nanoTime() - due < 0) {
        context.checkActive(Stage.APPLY);
        jobs.values().removeIf(job -> job.ended);
        while (jobs.size() < spec.pace().atOnce() && !left.isEmpty()) {
          run(left.remove(), convoy.newest());
        }
        if (!jobs.isEmpty()) {
          signalled(context.remaining(NOTICE));
        }
      }
      jobs.values().forEach(Job::giveUp);
    } catch (OperationCancelledException e) {
      LOG.debug("{} heals no further cluster in this pass: {}", spec.id(), e.getMessage());
      jobs.values().forEach(Job::abandon);
    }
  }

  private void signalled(Duration atMost) {
    try {
      if (signal.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        signal.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does all that was decided; only then it can be told whether something is left. */
  private boolean done() {
    for (RolloutAction next = convoy.next(); next != null; next = convoy.next()) {
      perform(next);
    }
    List.copyOf(jobs.values()).forEach(this::replace);
    course.tellNews();
    return convoy.rests();
  }

  private void await() {
    long now = System.nanoTime();
    long due = Math.min(convoy.look(Rollout::nextDue), pollDue);
    long wait = Math.max(0, Math.min(due - now, context.remaining(NOTICE).toNanos()));
    signalled(Duration.ofNanos(wait));
    if (System.nanoTime() >= pollDue && polling.compareAndSet(false, true)) {
      pollDue = System.nanoTime() + spec.pace().look().toNanos();
      execute(this::poll, e -> polling.set(false));
    }
    convoy.post(new RolloutEvent.Tick());
  }

  /** A source that cannot be asked right now has told no newer revision. */
  private void poll() {
    try {
      convoy.poll(OperationContext.within(spec.pace().limit()), RolloutEvent.Head::new);
    } catch (GitOpsException e) {
      LOG.debug("{} could not be asked for a newer revision: {}", spec.source(), e.getMessage());
    } finally {
      polling.set(false);
    }
  }

  private void perform(RolloutAction action) {
    if (action instanceof RolloutAction.Give give) {
      run(give.cluster(), give.revision());
    } else if (action instanceof RolloutAction.Check check) {
      run(check.cluster(), given(check.cluster()));
    } else if (action instanceof RolloutAction.GaveUp gaveUp) {
      gaveUp(gaveUp);
    } else {
      course.follow(action, context);
    }
  }

  private Revision given(String cluster) {
    return convoy.look(r -> r.given(cluster)).orElseThrow();
  }

  /** One at a time for a cluster: a pass about an older revision ends first. */
  private void run(String cluster, Revision revision) {
    Job running = jobs.get(cluster);
    if (running != null && !running.ended) {
      running.context.supersede();
      running.next = revision;
      return;
    }
    Job job = new Job(cluster, revision);
    jobs.put(cluster, job);
    // There is a thread for each slot, so its time counts from here on.
    convoy.post(new RolloutEvent.Began(cluster));
    execute(job, job::refused);
  }

  private void replace(Job job) {
    if (job.ended) {
      jobs.remove(job.cluster);
      if (job.next != null && !job.next.sameState(job.about)) {
        run(job.cluster, job.next);
      }
    }
  }

  private void execute(Runnable what, Consumer<RuntimeException> refused) {
    try {
      workers.execute(what);
    } catch (RejectedExecutionException e) {
      LOG.warn("the workers of {} refuse: their executor was shut down or is too small", spec.id());
      refused.accept(e);
    }
  }

  private void gaveUp(RolloutAction.GaveUp gaveUp) {
    Job job = jobs.remove(gaveUp.cluster());
    if (job != null) {
      job.giveUp();
    }
    results.gaveUp(gaveUp);
  }

  private OperationContext clusterContext() {
    Duration limit = context.untilDeadline(spec.pace().limit());
    OperationContext own =
        OperationContext.within(limit.isZero() ? NOTICE : limit)
            .withTrigger(context.trigger())
            .withAnswersSince(began);
    return context.permit().map(own::withPermit).orElse(own);
  }

  /** A pass of one cluster. */
  private final class Job implements Runnable {
    private final String cluster;
    private volatile Revision about;
    private final OperationContext context = clusterContext();
    private final LentThread thread = new LentThread();
    private volatile boolean ended;
    private volatile boolean abandoned;

    /** What the cluster was given meanwhile; of the caller's thread. */
    private @Nullable Revision next;

    Job(String cluster, Revision revision) {
      this.cluster = cluster;
      this.about = revision;
    }

    @Override
    public void run() {
      if (abandoned) {
        return; // it had to wait for a thread for too long
      }
      thread.begin();
      try {
        convoy.post(new RolloutEvent.Began(cluster));
        ended(convoy.reconciler(cluster).reconcile(context));
      } catch (Throwable thrown) { // one cluster's defect must not reach the others
        LOG.error("the pass of cluster {} of {} ended with a defect", cluster, spec.id(), thrown);
        broken(Failure.defect(defects.apply(cluster), thrown));
      } finally {
        thread.end();
      }
    }

    /** Nobody waits for it any more, and what it comes to counts no more. */
    private void abandon() {
      abandoned = true;
      context.cancel();
    }

    private void giveUp() {
      abandon();
      thread.interrupt();
    }

    private void ended(ReconcileOutcome outcome) {
      if (abandoned) {
        return;
      }
      if (outcome.pass().pin().isEmpty()) {
        about = outcome.pass().revision().orElse(about);
      }
      RolloutEvent saw = results.ended(cluster, outcome, about);
      boolean cancelled =
          outcome
              .firstFailure()
              .filter(f -> f.code().equals(OperationCancelledException.CODE))
              .isPresent();
      if (cancelled && context.untilDeadline(NOTICE).isZero()) {
        results.failed(
            cluster,
            ClusterResults.timedOut(
                "it did not end within "
                    + spec.pace().limit()
                    + ": "
                    + outcome.firstFailure().orElseThrow().reason()));
      }
      ended = true;
      convoy.post(saw);
    }

    private void broken(Failure failure) {
      if (abandoned) {
        return;
      }
      results.failed(cluster, failure);
      ended = true;
      convoy.post(
          new RolloutEvent.Saw(
              cluster, about, RolloutEvent.Sight.FAILED, false, failure.message()));
    }

    private void refused(RuntimeException e) {
      broken(
          new Failure(
              Stage.CONFIGURE,
              "FLEET-WORKERS-REFUSE",
              Retryability.RETRY,
              Optional.empty(),
              "the executor takes no more work: " + e.getMessage(),
              Optional.of("give the fleet an executor with a thread for each pass at once")));
    }
  }
}
