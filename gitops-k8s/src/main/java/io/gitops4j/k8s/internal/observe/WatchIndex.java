package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.LiveListener;
import io.gitops4j.reconcile.LiveWatch;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** The watched kinds of a cluster, for all targets on it. Thread-safe. */
public final class WatchIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WatchIndex.class);

  private final KubeHttp http;
  private final Lists lists;
  private final ScheduledExecutorService timer;
  private final Duration silence;
  private final Map<LabelledKind, KindWatch> watches = new ConcurrentHashMap<>();

  /** Who listens, and how often: who does through many destinations hears of a move once. */
  private final Map<LiveListener, Integer> listeners = new ConcurrentHashMap<>();

  private final AtomicInteger writing = new AtomicInteger();
  private final ScheduledFuture<?> checks;

  /**
   * Watches nothing yet.
   *
   * @param timer where reconnections run; lent
   * @param silence after how long a stream without an event or bookmark counts as dead
   */
  public WatchIndex(KubeHttp http, ScheduledExecutorService timer, Duration silence) {
    this.http = http;
    this.lists = new Lists(http);
    this.timer = timer;
    this.silence = silence;
    long often = Math.max(silence.toMillis() / 4, 10);
    checks =
        timer.scheduleWithFixedDelay(
            () -> watches.values().forEach(KindWatch::check), often, often, TimeUnit.MILLISECONDS);
  }

  /**
   * Tells of every object of a target that moved; without an object when it cannot say which.
   *
   * @return what ends it
   */
  public LiveWatch listen(LiveListener listener) {
    listeners.merge(listener, 1, Integer::sum);
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        listeners.computeIfPresent(listener, (who, times) -> times == 1 ? null : times - 1);
      }
    };
  }

  /** A target's objects of a kind; where the server is asked they pass by whole. */
  CompletableFuture<Map<ResourceId, LiveSummary>> objects(
      LabelledKind watched, View view, Consumer<JsonNode> listed) {
    return watches.computeIfAbsent(watched, this::watch).objects(view, listed);
  }

  /** What the server answered to a write of an object. */
  void wrote(ApiResource kind, View view, ResourceId id, LiveSummary now) {
    wrote(kind, "", view, id, now);
    if (!id.namespace().isEmpty()) {
      wrote(kind, id.namespace(), view, id, now);
    }
  }

  private void wrote(
      ApiResource kind, String namespace, View view, ResourceId id, LiveSummary now) {
    for (LabelledKind.Detail detail : LabelledKind.Detail.values()) {
      KindWatch watch = watches.get(new LabelledKind(kind, namespace, view.label(), detail));
      if (watch != null) {
        watch.wrote(view, id, now);
      }
    }
  }

  /**
   * Lets streams that were never open wait while something is written: a server that tells of
   * thousands of objects as they are made has half as much time to make them. They begin where they
   * would have begun, so that nothing is missed.
   */
  void giveWay(Runnable writes) {
    writing.incrementAndGet();
    try {
      writes.run();
    } finally {
      writing.decrementAndGet();
    }
  }

  /** How many streams are open and tell. */
  public long watching() {
    return watches.values().stream().filter(KindWatch::well).count();
  }

  private KindWatch watch(LabelledKind watched) {
    boolean targets = watched.label().equals(Observer.TARGET_LABEL);
    return new KindWatch(
        http,
        lists,
        watched,
        this::after,
        silence,
        () -> writing.get() > 0,
        targets ? this::tell : (t, id) -> {});
  }

  private void tell(TargetId target, Optional<ResourceId> id) {
    for (LiveListener listener : listeners.keySet()) {
      try {
        listener.moved(target, id);
      } catch (RuntimeException e) {
        LOG.warn("a listener failed on what moved in {}", target, e);
      }
    }
  }

  private void after(Duration wait, Runnable what) {
    try {
      timer.schedule(what, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("its timer ended, so nothing is watched any more");
    }
  }

  /** Ends all streams; the timer is the caller's. */
  @Override
  public void close() {
    checks.cancel(false);
    watches.values().forEach(KindWatch::close);
  }
}
