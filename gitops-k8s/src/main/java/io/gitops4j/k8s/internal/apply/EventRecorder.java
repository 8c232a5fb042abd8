package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.apply.EventNote.Regarding;
import io.gitops4j.k8s.internal.apply.EventNote.Timed;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events on a lent executor, one at a time, so that whoever tells never waits. What is told
 * again becomes a series, which is written when its count doubles or after ten minutes; a target
 * that tells too much loses what is beyond. Thread-safe.
 */
public final class EventRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private static final int WAITING = 1000;
  private static final int REMEMBERED = 1000;
  private static final int MOST_SERIES = 10_000;

  /** The longest that one request may take. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration QUIET = Duration.ofMinutes(10);

  private final KubeHttp http;
  private final Discovery discovery;
  private final Executor executor;
  private final Clock clock;
  private final EventObjects objects;
  private final BlockingQueue<Timed> queue = new ArrayBlockingQueue<>(WAITING);
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean closed;

  // Only the one task that writes touches what follows; its hand-over orders the memory.
  private final Map<EventNote, Series> series;
  private final Map<TargetId, Budget> budgets;

  /** Kinds that are not served, and when that was asked: the answer is large, and is shared. */
  private final Map<Kind, Instant> unserved;

  private record Kind(String apiVersion, String group, String kind) {}

  /** Writes through the given HTTP; the executor is lent. */
  public EventRecorder(
      KubeHttp http, Discovery discovery, Executor executor, Clock clock, String instance) {
    this.http = http;
    this.discovery = discovery;
    this.executor = executor;
    this.clock = clock;
    this.objects = new EventObjects(instance);
    this.series = remembering(MOST_SERIES, s -> true);
    // What was not spent is forgotten only where it is the same as nothing known.
    this.budgets = remembering(REMEMBERED, b -> b.whole(clock.instant()));
    this.unserved = remembering(REMEMBERED, t -> true);
  }

  private static <K, V> Map<K, V> remembering(int most, Predicate<V> forgettable) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most && forgettable.test(eldest.getValue());
      }
    };
  }

  /** What is known of an Event that was written. */
  private static final class Series {
    private final String path;
    private int count = 1;
    private Instant written;

    Series(String path, Instant written) {
      this.path = path;
      this.written = written;
    }

    /** Whether so many, or such a time, are worth a request. */
    boolean due(Instant now) {
      return Integer.bitCount(count) == 1 || Duration.between(written, now).compareTo(QUIET) >= 0;
    }
  }

  /** Tells; returns at once, and drops it when a thousand wait already. */
  public void tell(EventNote note) {
    if (closed) {
      return;
    }
    if (!queue.offer(new Timed(note, clock.instant()))) {
      LOG.debug("dropped an Event about {}: too many wait", note.regarding());
      return;
    }
    begin();
  }

  /** Takes no more; what waits is dropped. */
  public void close() {
    closed = true;
    queue.clear();
  }

  private void begin() {
    if (!queue.isEmpty() && running.compareAndSet(false, true)) {
      try {
        executor.execute(this::drain);
      } catch (RejectedExecutionException e) {
        running.set(false);
        LOG.debug("no Events are written: the executor takes no more", e);
      }
    }
  }

  private void drain() {
    try {
      for (Timed next = queue.poll(); next != null && !closed; next = queue.poll()) {
        write(next);
      }
    } finally {
      running.set(false);
    }
    // Somebody may have told while this one was ending.
    begin();
  }

  private void write(Timed told) {
    try {
      Series known = series.get(told.note());
      if (known != null) {
        known.count++;
        if (known.due(told.time()) && budget(told).take(told.time())) {
          again(known, told);
        }
      } else if (budget(told).take(told.time())) {
        first(told);
      }
    } catch (ExecutionException | GitOpsException e) {
      LOG.warn("an Event about {} is not written: {}", told.note().regarding(), e.getMessage());
    }
  }

  private Budget budget(Timed told) {
    return budgets.computeIfAbsent(told.note().target(), t -> new Budget(told.time()));
  }

  private void first(Timed told) throws ExecutionException {
    Regarding about = told.note().regarding();
    OperationContext context = OperationContext.within(LIMIT);
    String namespace = EventObjects.namespace(about);
    Optional<ApiResource> kind = kind(about, told.time(), context);
    String body = objects.event(told, kind.map(ApiResource::apiVersion), uid(kind, about, context));
    KubeResponse answer =
        http.await(
            http.send(
                "POST",
                EventObjects.EVENTS.collectionPath(namespace),
                Map.of(),
                "application/json",
                body),
            Stage.APPLY,
            context);
    if (answer.ok()) {
      String name = answer.body().path("metadata").path("name").asString("");
      series.put(
          told.note(), new Series(EventObjects.EVENTS.objectPath(namespace, name), told.time()));
    } else {
      LOG.warn("an Event about {} is refused: {}", about, answer.message());
    }
  }

  private void again(Series known, Timed told) throws ExecutionException {
    KubeResponse answer =
        http.await(
            http.send(
                "PATCH",
                known.path,
                Map.of(),
                "application/merge-patch+json",
                objects.series(known.count, told.time())),
            Stage.APPLY,
            OperationContext.within(LIMIT));
    known.written = told.time();
    if (answer.code() == 404) {
      // The server forgets Events after an hour.
      series.remove(told.note());
      first(told);
    } else if (!answer.ok()) {
      LOG.warn("an Event about {} is refused: {}", told.note().regarding(), answer.message());
    }
  }

  private Optional<ApiResource> kind(Regarding about, Instant now, OperationContext context) {
    Kind kind = new Kind(about.apiVersion(), about.group(), about.kind());
    Optional<ApiResource> known = known(about);
    Instant asked = unserved.get(kind);
    boolean recently = asked != null && Duration.between(asked, now).compareTo(QUIET) < 0;
    if (known.isEmpty() && !recently) {
      discovery.refresh(context);
      known = known(about);
      if (known.isEmpty()) {
        unserved.put(kind, now);
      }
    }
    return known;
  }

  private Optional<ApiResource> known(Regarding about) {
    return about.apiVersion().isEmpty()
        ? discovery.findAnyVersion(about.group(), about.kind())
        : discovery.find(about.apiVersion(), about.kind());
  }

  /** By it kubectl describe finds the Events of an object; one that is gone has none. */
  private String uid(Optional<ApiResource> kind, Regarding about, OperationContext context)
      throws ExecutionException {
    if (kind.isEmpty()) {
      return "";
    }
    KubeResponse answer =
        http.get(
            kind.get().objectPath(about.namespace(), about.name()),
            Map.of(),
            KubeHttp.METADATA_ONLY,
            Stage.APPLY,
            context);
    return answer.ok() ? answer.body().path("metadata").path("uid").asString("") : "";
  }

  /** Twenty at once, and then one in fifteen seconds. */
  private static final class Budget {
    private static final double MOST = 20;
    private static final double PER_MILLISECOND = 1 / 15_000.0;

    private double left = MOST;
    private Instant since;

    Budget(Instant now) {
      since = now;
    }

    private double at(Instant now) {
      double gained = Math.max(0, Duration.between(since, now).toMillis()) * PER_MILLISECOND;
      return Math.min(MOST, left + gained);
    }

    /** Whether it is as one that was never used. */
    boolean whole(Instant now) {
      return at(now) >= MOST;
    }

    boolean take(Instant now) {
      left = at(now);
      since = now;
      if (left < 1) {
        return false;
      }
      left -= 1;
      return true;
    }
  }
}
