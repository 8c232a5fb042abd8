package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.health.HealthTree;
import io.gitops4j.health.HealthWatch;
import io.gitops4j.k8s.internal.client.EventStream;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Looks at a tree again when a stream of events tells that something in it moved. A stream begins
 * with what is there, so what happened before it was open is told too.
 */
final class TreeWatch implements HealthWatch {
  /** A rollout moves many objects at once: one look is enough for them. */
  private static final Duration SETTLE = Duration.ofMillis(200);

  /** What cannot be watched is looked at in this interval. */
  private static final Duration REST = Duration.ofSeconds(10);

  private static final int KEPT = 10_000;

  /** Each takes a thread: what is beyond is looked at in the interval. */
  private static final int MOST_STREAMS = 64;

  private final TreeSearch trees;
  private final TargetId target;
  private final Duration silence;
  private final Map<Watched, Ear> ears = new ConcurrentHashMap<>();
  private final BlockingQueue<Notice> notices = new ArrayBlockingQueue<>(KEPT);
  private volatile boolean lost = true;
  private volatile long restUntil = System.nanoTime();
  private volatile boolean resting;
  private Map<String, String> versions = Map.of();
  private @Nullable HealthTree last;

  /**
   * What a stream told of one object.
   *
   * @param version empty when it went
   * @param owner the UID of what made it; empty for none
   * @param ours whether only what the target owns is in that stream
   */
  private record Notice(String uid, String version, String owner, boolean ours) {}

  /**
   * Opens nothing yet.
   *
   * @param silence after how long a stream without an event or bookmark counts as dead
   */
  TreeWatch(TreeSearch trees, TargetId target, Duration silence) {
    this.trees = trees;
    this.target = target;
    this.silence = silence;
  }

  @Override
  public Optional<HealthTree> next(Duration atMost, OperationContext context) {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      context.checkActive(Stage.HEALTH);
      checkSilence();
      if (lost || told(Math.min(SETTLE.toNanos(), end - System.nanoTime())) || rested()) {
        if (last != null) {
          context.pause(SETTLE, Stage.HEALTH);
        }
        HealthTree before = last;
        HealthTree now = look(context);
        if (!now.equals(before)) {
          return Optional.of(now);
        }
      }
      // Also where something moves during every look.
      if (end - System.nanoTime() <= 0) {
        return Optional.empty();
      }
    }
  }

  /** A stream without even a bookmark for too long is one that nobody serves any more. */
  private void checkSilence() {
    ears.forEach(
        (what, ear) -> {
          if (System.nanoTime() - ear.heard >= silence.toNanos()) {
            end(what);
            lost = true;
          }
        });
  }

  /** Waits for a notice that means this tree. */
  private boolean told(long nanos) {
    try {
      Notice notice = notices.poll(nanos, TimeUnit.NANOSECONDS);
      while (notice != null) {
        if (means(notice)) {
          return true;
        }
        notice = notices.poll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private boolean means(Notice notice) {
    String known = versions.get(notice.uid());
    return known == null
        ? !notice.version().isEmpty() && (notice.ours() || versions.containsKey(notice.owner()))
        : !known.equals(notice.version());
  }

  private boolean rested() {
    return resting && System.nanoTime() - restUntil >= 0;
  }

  private HealthTree look(OperationContext context) {
    // Whatever was told until now is in what is read next; what is told meanwhile is judged by it.
    lost = false;
    notices.clear();
    TreeSearch.Grown grown;
    try {
      grown = trees.grow(target, context);
    } catch (RuntimeException e) {
      lost = true;
      throw e;
    }
    versions = grown.versions();
    last = grown.tree();
    follow(grown.watched());
    return grown.tree();
  }

  private void follow(Set<Watched> wanted) {
    Set<Watched> over = new HashSet<>(ears.keySet());
    over.removeAll(wanted);
    over.forEach(this::end);
    if (resting && !rested()) {
      return;
    }
    resting = false;
    for (Watched what : wanted) {
      if (ears.containsKey(what)) {
        continue;
      }
      if (ears.size() >= MOST_STREAMS) {
        rest();
        return;
      }
      open(what);
    }
  }

  private void open(Watched what) {
    Ear ear = new Ear(what);
    ears.put(what, ear);
    Map<String, String> query =
        what.selector().isEmpty() ? Map.of() : Map.of("labelSelector", what.selector());
    String path = what.kind().collectionPath(what.namespace());
    trees.http().watch(path, query, KubeHttp.METADATA_ONLY, ear.stream);
  }

  private void rest() {
    restUntil = System.nanoTime() + REST.toNanos();
    resting = true;
  }

  private void end(Watched what) {
    Ear ear = ears.remove(what);
    if (ear != null) {
      ear.stream.close();
    }
  }

  @Override
  public void close() {
    ears.keySet().forEach(this::end);
  }

  /** Hears one stream, on the threads of the HTTP client. */
  private final class Ear implements EventStream.Listener {
    private final Watched what;
    private final EventStream stream = new EventStream(this);
    private final long asked = System.nanoTime();
    private volatile long heard = asked;

    Ear(Watched what) {
      this.what = what;
    }

    @Override
    public void opened(EventStream from) {
      // It begins with what is there.
      heard = System.nanoTime();
    }

    @Override
    public void event(EventStream from, JsonNode event) {
      heard = System.nanoTime();
      String type = event.path("type").asString("");
      if (type.equals("BOOKMARK")) {
        return;
      }
      JsonNode object = event.path("object");
      if (type.equals("ERROR")) {
        ears.remove(what, this);
        stream.close();
        lost = true;
        return;
      }
      JsonNode metadata = object.path("metadata");
      JsonNode owner = TreeSearch.owner(object);
      Notice notice =
          new Notice(
              metadata.path("uid").asString(""),
              type.equals("DELETED") ? "" : metadata.path("resourceVersion").asString(""),
              owner == null ? "" : owner.path("uid").asString(""),
              !what.selector().isEmpty());
      if (!notices.offer(notice)) {
        lost = true;
      }
    }

    @Override
    public void ended(EventStream from, EventStream.End end) {
      ears.remove(what, this);
      boolean inOrder = end.answer().code() == 200 && end.fault().isEmpty();
      if (inOrder && System.nanoTime() - asked > REST.toNanos()) {
        lost = true;
      } else {
        rest();
      }
    }
  }
}
