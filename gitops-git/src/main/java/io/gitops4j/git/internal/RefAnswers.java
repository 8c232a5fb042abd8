package io.gitops4j.git.internal;

import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.thread.Turn;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.Ref;
import org.jspecify.annotations.Nullable;

/**
 * What servers advertised, each asked once for all who want to know at about the same time. Whoever
 * has other credentials may see something else, and asks for itself. Thread-safe.
 */
public final class RefAnswers {
  /** A server that is down is not asked by every source in turn. */
  private static final Duration REFUSAL = Duration.ofSeconds(5);

  /** Beyond so many, everything is asked for. */
  private static final int MANY = 64;

  private static final List<String> EVERYTHING = List.of("HEAD", "refs/heads/", "refs/tags/");

  private final Map<Object, Answers> answers = new ConcurrentHashMap<>();

  /** For one who will want to know this: the first to ask asks for it as well. */
  Use use(Remote remote, List<String> prefixes) {
    Answers shared =
        Objects.requireNonNull(
            answers.compute(
                remote.identity(),
                (i, known) -> {
                  Answers one = known == null ? new Answers() : known;
                  one.users++;
                  return one;
                }));
    shared.wanted.addAll(prefixes);
    return new Use(remote, prefixes, shared);
  }

  /** Credentials change; with the last who has them goes what they were shown. */
  private void leave(Remote remote) {
    answers.computeIfPresent(remote.identity(), (i, shared) -> --shared.users == 0 ? null : shared);
  }

  /** What one source asks; closed with it. */
  final class Use implements AutoCloseable {
    private final Remote remote;
    private final List<String> prefixes;
    private final Answers shared;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(Remote remote, List<String> prefixes, Answers shared) {
      this.remote = remote;
      this.prefixes = prefixes;
      this.shared = shared;
    }

    /** What the server advertises under its prefixes, and perhaps under others. */
    Map<String, Ref> list(Supplier<Duration> freshness, OperationContext context) {
      return shared.list(remote, prefixes, freshness, context);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        leave(remote);
      }
    }
  }

  /** Of one repository, as one client sees it. */
  private static final class Answers {
    /** Counted in the map, one at a time. */
    private int users;

    /** Whoever says what it will want to know does not wait for what is being asked. */
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();

    private final Turn turn = new Turn();
    private List<String> asked = List.of();
    private @Nullable Map<String, Ref> refs;
    private @Nullable SourceException refusal;
    private long at;

    Map<String, Ref> list(
        Remote remote,
        List<String> prefixes,
        Supplier<Duration> freshness,
        OperationContext context) {
      turn.take("another question to the server", Stage.SOURCE, context);
      try {
        Duration age = Duration.ofNanos(System.nanoTime() - at);
        boolean fresh = age.compareTo(freshness.get()) <= 0;
        if (refs != null && fresh && asked.containsAll(prefixes)) {
          return refs;
        }
        if (refusal != null && fresh && age.compareTo(REFUSAL) <= 0) {
          throw refusal;
        }
        return ask(remote, context);
      } finally {
        turn.end();
      }
    }

    private Map<String, Ref> ask(Remote remote, OperationContext context) {
      List<String> now = List.copyOf(wanted);
      asked = now.size() > MANY ? with(EVERYTHING, now) : now;
      refs = null;
      refusal = null;
      // Before it is sent: an answer is at least as new as that.
      at = System.nanoTime();
      try {
        Map<String, Ref> answer =
            Map.copyOf(remote.list(now.size() > MANY ? beside(EVERYTHING, now) : now, context));
        refs = answer;
        return answer;
      } catch (SourceException e) {
        refusal = e;
        throw e;
      }
    }

    private static List<String> with(List<String> some, List<String> others) {
      List<String> all = new ArrayList<>(some);
      all.addAll(others);
      return all;
    }

    /** Some, and of the others what none of them covers. */
    private static List<String> beside(List<String> some, List<String> others) {
      return with(
          some, others.stream().filter(o -> some.stream().noneMatch(o::startsWith)).toList());
    }
  }
}
