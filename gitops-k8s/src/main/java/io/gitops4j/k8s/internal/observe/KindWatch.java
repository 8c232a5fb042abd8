package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.EventStream;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Lists.Listing;
import io.gitops4j.k8s.internal.observe.Lists.RefusedException;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The labelled objects of one kind, kept true by one stream of events for all targets. A target's
 * share is filled by a list of its own; while the stream is not known to be well, nothing is
 * answered from memory. Thread-safe.
 */
final class KindWatch implements EventStream.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KindWatch.class);

  /** How long the first opening gives way to writes. */
  private static final Duration LONGEST_WAY = Duration.ofSeconds(15);

  private final KubeHttp http;
  private final Lists lists;
  private final LabelledKind watched;
  private final WatchTimer timer;
  private final Duration silence;
  private final BooleanSupplier writing;
  private final Shares shares;
  private @Nullable EventStream stream;
  private boolean opened;
  private boolean waiting;
  private boolean closed;
  private long wanted;
  private long asked;
  private long heard;
  private final Refusals refusals;
  private final Backoff backoff = new Backoff();

  /** The state that the stream began at, and the one that it has told of. */
  private long began = -1;

  private long position = -1;

  KindWatch(
      KubeHttp http,
      Lists lists,
      LabelledKind watched,
      WatchTimer timer,
      Duration silence,
      BooleanSupplier writing,
      BiConsumer<TargetId, Optional<ResourceId>> moved) {
    this.http = http;
    this.lists = lists;
    this.watched = watched;
    this.timer = timer;
    this.silence = silence;
    this.writing = writing;
    this.shares = new Shares(moved);
    this.refusals = new Refusals(timer::now);
  }

  /**
   * A target's objects: from memory while that is known to be true, listed otherwise.
   *
   * @param listed is given each of them whole when they are listed
   */
  CompletableFuture<Map<ResourceId, LiveSummary>> objects(View view, Consumer<JsonNode> listed) {
    Share share;
    synchronized (this) {
      Optional<Throwable> refused = refusals.list();
      if (refused.isPresent()) {
        return CompletableFuture.failedFuture(refused.get());
      }
      Share known = shares.of(view.hash());
      boolean same = known != null && known.serves(view, timer.now());
      if (same && well()) {
        return CompletableFuture.completedFuture(known.copy());
      }
      share = new Share(view, timer.now());
      // A stream that is away for a moment goes on where it was: its shares stay as they are.
      if (!same) {
        shares.add(share);
      }
    }
    return lists
        .labelled(
            watched.kind(),
            watched.namespace(),
            view,
            (id, object) -> {
              listed.accept(object);
              return summary(view, id, object);
            })
        .thenApply(listing -> fill(share, listing))
        .whenComplete((found, thrown) -> refused(share, thrown));
  }

  /** Where something else is asked instead, asking again would only cost every pass a request. */
  private synchronized void refused(Share share, @Nullable Throwable thrown) {
    if (thrown != null && watched.substituted() && RefusedException.code(thrown) == 403) {
      refusals.ofList(thrown);
      shares.drop(share);
    }
  }

  private LiveSummary summary(View view, ResourceId id, JsonNode object) {
    return watched.detail() == LabelledKind.Detail.METADATA
        ? view.summarise(watched.kind(), object)
        : view.summarise(watched.kind(), id, object);
  }

  /** Whether its stream is open and tells. */
  synchronized boolean well() {
    return stream != null && opened && timer.now() - heard < silence.toNanos();
  }

  private Map<ResourceId, LiveSummary> fill(Share share, Listing<LiveSummary> listing) {
    synchronized (this) {
      share.take(listing);
      long at = number(listing.version());
      if (closed || at < 0 || !shares.holds(share)) {
        return share.copy();
      }
      if (began < 0 && stream == null && !waiting && refusals.mayWatch()) {
        began = at;
        position = at;
        wanted = timer.now();
        // Not at once: it would be in the way of the pass that has just listed.
        again(Backoff.FIRST, this::open);
      }
      share.filled(began >= 0 && at >= began);
      return share.copy();
    }
  }

  private void open() {
    EventStream next = new EventStream(this);
    long since;
    synchronized (this) {
      waiting = false;
      if (closed || stream != null || began < 0) {
        return;
      }
      if (writing.getAsBoolean() && timer.now() - wanted < LONGEST_WAY.toNanos()) {
        again(Backoff.FIRST, this::open);
        return;
      }
      opened = false;
      asked = timer.now();
      heard = asked;
      stream = next;
      since = position;
    }
    // A program may have to be run for a credential first: nobody who reads waits for that.
    watched.watch(http, since, next);
  }

  @Override
  public synchronized void opened(EventStream from) {
    if (from == stream) {
      opened = true;
      heard = timer.now();
    }
  }

  @Override
  public void event(EventStream from, JsonNode event) {
    List<Runnable> told = new ArrayList<>();
    synchronized (this) {
      if (from != stream) {
        return;
      }
      heard = timer.now();
      backoff.reset();
      try {
        take(event, told);
      } catch (RuntimeException e) {
        // By a rule for health or fields: a stream that went on would never tell this again.
        LOG.warn(
            "an event of {} cannot be read, so they are listed again", watched.kind().plural(), e);
        forget("an event cannot be read", told);
      }
    }
    told.forEach(Runnable::run);
  }

  private void take(JsonNode event, List<Runnable> told) {
    JsonNode object = event.path("object");
    switch (event.path("type").asString("")) {
      case "ADDED", "MODIFIED" -> {
        put(object, told);
        advance(object);
      }
      case "DELETED" -> {
        shares.remove(View.id(watched.kind(), object), number(object), told);
        advance(object);
      }
      case "BOOKMARK" -> {
        long at = number(object);
        if (at < position) {
          forget("the server went back to an older state", told);
        } else {
          position = at;
        }
      }
      case "ERROR" -> forget("the server ended it: " + object.path("message"), told);
      default -> forget("an event of an unknown type", told);
    }
  }

  private void put(JsonNode object, List<Runnable> told) {
    String hash = object.path("metadata").path("labels").path(watched.label()).asString("");
    ResourceId id = View.id(watched.kind(), object);
    Share share = shares.of(hash);
    // It may have been another target's until now, and be one's that nobody here looks at.
    shares.dropElsewhere(share, id, number(object), told);
    if (share == null) {
      return;
    }
    LiveSummary before = share.get(id);
    if (before != null && before.number() >= number(object)) {
      return; // a list or the answer to a write told it before
    }
    LiveSummary now = summary(share.view(), id, object);
    share.put(id, now);
    if (before == null || !before.saysTheSame(now)) {
      shares.tell(share, id, told);
    }
  }

  /** What the server answered to a write: its event will tell nothing new. */
  void wrote(View view, ResourceId id, LiveSummary now) {
    List<Runnable> told = new ArrayList<>();
    synchronized (this) {
      Share share = shares.of(view.hash());
      // What the stream has passed it has told, and perhaps that the object went since.
      if (share != null && share.view().equals(view) && now.number() > position) {
        shares.dropElsewhere(share, id, now.number(), told);
        share.put(id, now);
      }
    }
    told.forEach(Runnable::run);
  }

  private void advance(JsonNode object) {
    position = Math.max(position, number(object));
  }

  @Override
  public void ended(EventStream from, EventStream.End end) {
    List<Runnable> told = new ArrayList<>();
    synchronized (this) {
      if (closed || from != stream) {
        return;
      }
      stream = null;
      int code = end.answer().code();
      if (code == 200 && end.fault().isEmpty() && itsTime()) {
        again(Duration.ZERO, this::open);
      } else if (code == 403 || code == 401 || code == 405) {
        refusals.ofWatch();
        LOG.warn(
            "{} cannot be watched, so every pass lists them: {}",
            watched.kind().plural(),
            end.answer().message());
        forget("it is refused", told);
      } else if (code == 404 || code == 410) {
        forget(end.answer().message(), told);
      } else {
        again(backoff.next(end.answer().retryAfterSeconds()), this::resume);
      }
    }
    told.forEach(Runnable::run);
  }

  /** Whether the server ended the stream because it was asked to, and not because it went away. */
  private boolean itsTime() {
    return timer.now() - asked > KubeHttp.STREAM.minusSeconds(10).toNanos();
  }

  private void again(Duration wait, Runnable what) {
    if (!waiting) {
      waiting = true;
      timer.after(wait, what);
    }
  }

  /** A server that was away may have come back with an older state: that is asked first. */
  private void resume() {
    lists
        .version(watched.kind(), watched.namespace(), watched.label())
        .whenComplete(
            (version, thrown) -> {
              List<Runnable> told = new ArrayList<>();
              synchronized (this) {
                waiting = false;
                if (closed) {
                  return;
                }
                if (thrown != null) {
                  lost(thrown, told);
                } else if (number(version) < position) {
                  forget("the server came back with an older state", told);
                } else {
                  told.add(this::open);
                }
              }
              told.forEach(Runnable::run);
            });
  }

  /**
   * A list that is refused for good will not be given by asking again. A credential that is not
   * accepted is renewed.
   */
  private void lost(Throwable thrown, List<Runnable> told) {
    int code = RefusedException.code(thrown);
    boolean forbidden = code == 403 || code == 405;
    if (forbidden) {
      refusals.ofWatch();
    }
    if (forbidden || code == 404 || code == 410) {
      forget("its list is refused with " + code, told);
    } else {
      again(backoff.next(0), this::resume);
    }
  }

  /** Nothing told so far counts any more; the next pass lists, and a new stream begins there. */
  private void forget(String why, List<Runnable> told) {
    LOG.debug("{} are listed again: {}", watched.kind().plural(), why);
    if (stream != null) {
      stream.close();
      stream = null;
    }
    began = -1;
    position = -1;
    shares.clear(told);
  }

  /** What neither a call nor an event does: looks for what nobody asks for, and for silence. */
  void check() {
    List<Runnable> told = new ArrayList<>();
    synchronized (this) {
      if (shares.dropIdle(timer.now(), told)) {
        forget("nobody asks for them", told);
      }
      // Without even a bookmark for too long it is one that nobody serves any more.
      if (stream != null && !closed && timer.now() - heard >= silence.toNanos()) {
        stream.close();
        stream = null;
        backoff.next(0);
        again(Duration.ZERO, this::resume);
      }
    }
    told.forEach(Runnable::run);
  }

  @Override
  public synchronized void close() {
    closed = true;
    shares.clear(new ArrayList<>()); // nobody is told: it is over, and nothing moved
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }

  private static long number(JsonNode object) {
    return number(object.path("metadata").path("resourceVersion").asString(""));
  }

  /** Versions of an API server are numbers that grow; anything else cannot be compared. */
  static long number(String version) {
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
