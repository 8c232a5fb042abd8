package io.gitops4j.git.internal;

import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
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

  private final Map<Object, Repository> repositories = new ConcurrentHashMap<>();

  /** For one who will want to know this: the first to ask asks for it as well. */
  Use use(Remote remote, List<String> prefixes) {
    Repository repository =
        Objects.requireNonNull(
            repositories.compute(
                remote.identity(),
                (i, known) -> {
                  Repository one = known == null ? new Repository() : known;
                  one.users++;
                  return one;
                }));
    repository.announce(prefixes);
    return new Use(remote, prefixes, repository);
  }

  /** Credentials change; with the last who has them goes what they were shown. */
  private void leave(Remote remote) {
    repositories.computeIfPresent(
        remote.identity(), (i, repository) -> --repository.users == 0 ? null : repository);
  }

  /** What one source asks; closed with it. */
  final class Use implements AutoCloseable {
    private final Remote remote;
    private final List<String> prefixes;
    private final Repository repository;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(Remote remote, List<String> prefixes, Repository repository) {
      this.remote = remote;
      this.prefixes = prefixes;
      this.repository = repository;
    }

    /** What the server advertises under its prefixes, and perhaps under others. */
    Map<String, Ref> list(Supplier<Duration> freshness, OperationContext context) {
      return repository.list(remote, prefixes, freshness, context);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        leave(remote);
      }
    }
  }

  /** One repository, as one client sees it. */
  private static final class Repository {
    /** Counted in the map, one at a time. */
    private int users;

    private final ReentrantLock turn = new ReentrantLock();
    private final Set<String> wanted = new LinkedHashSet<>();
    private List<String> asked = List.of();
    private @Nullable Map<String, Ref> refs;
    private @Nullable SourceException refusal;
    private long at;

    void announce(List<String> prefixes) {
      turn.lock();
      try {
        wanted.addAll(prefixes);
      } finally {
        turn.unlock();
      }
    }

    Map<String, Ref> list(
        Remote remote,
        List<String> prefixes,
        Supplier<Duration> freshness,
        OperationContext context) {
      take(context);
      try {
        Duration age = Duration.ofNanos(System.nanoTime() - at);
        boolean fresh = age.compareTo(freshness.get()) <= 0;
        if (refs != null && fresh && asked.containsAll(prefixes)) {
          return refs;
        }
        if (refusal != null && fresh && age.compareTo(REFUSAL) <= 0) {
          throw refusal;
        }
        wanted.addAll(prefixes);
        return ask(remote, context);
      } finally {
        turn.unlock();
      }
    }

    private Map<String, Ref> ask(Remote remote, OperationContext context) {
      asked = wanted.size() > MANY ? everything() : List.copyOf(wanted);
      refs = null;
      refusal = null;
      // Before it is sent: an answer is at least as new as that.
      at = System.nanoTime();
      try {
        Map<String, Ref> answer =
            Map.copyOf(remote.list(wanted.size() > MANY ? prefixes() : asked, context));
        refs = answer;
        return answer;
      } catch (SourceException e) {
        refusal = e;
        throw e;
      }
    }

    private List<String> everything() {
      List<String> all = new ArrayList<>(wanted);
      all.addAll(EVERYTHING);
      return all;
    }

    private List<String> prefixes() {
      List<String> few = new ArrayList<>(EVERYTHING);
      wanted.stream().filter(w -> EVERYTHING.stream().noneMatch(w::startsWith)).forEach(few::add);
      return few;
    }

    /** Whoever waits for another's answer can still be cancelled. */
    private void take(OperationContext context) {
      try {
        do {
          context.checkActive(Stage.SOURCE);
        } while (!turn.tryLock(
            context.remaining(Duration.ofMillis(200)).toNanos(), TimeUnit.NANOSECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        context.checkActive(Stage.SOURCE);
        throw new IllegalStateException("the flag was just set", e);
      }
    }
  }
}
