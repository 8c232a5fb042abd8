package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.apply.LeaseObjects.Lease;
import io.gitops4j.model.Digest;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.Permit;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which shards this replica holds. A Lease of another counts as over when it was not seen to change
 * for its time, by this process' own clock; our own counts as over earlier, from before the request
 * that renewed it was sent. So two replicas never hold one shard, however their clocks stand.
 */
public final class LeaseElection {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseElection.class);

  /** Six looks within the time of a lease: five may fail. */
  private static final int ROUNDS = 6;

  private final LeaseObjects objects;
  private final Office office;
  private final ScheduledExecutorService timer;
  private final Clock clock;
  private final Map<String, Seen> seen = new HashMap<>();
  private final Map<Integer, Holding> held = new HashMap<>();
  private final Set<String> busy = new HashSet<>();
  private Map<TargetId, Integer> shards = Map.of();
  private Set<Integer> told = Set.of();
  private Runnable changed = () -> {};
  private @Nullable ScheduledFuture<?> rounds;
  private boolean stopped;

  /**
   * What replicas compete for.
   *
   * @param group of replicas
   * @param identity of this process, of no other ever
   * @param shards how many
   * @param time of a lease
   */
  public record Office(String group, String identity, int shards, Duration time) {
    String shard(int number) {
      return "gitops4j-" + group + "-shard-" + number;
    }

    String member() {
      return "gitops4j-" + group + "-member-" + Digest.sha256(identity).abbreviated(16);
    }
  }

  private record Seen(String version, long since) {}

  /** Competes for nothing yet. */
  public LeaseElection(
      LeaseObjects objects, Office office, ScheduledExecutorService timer, Clock clock) {
    this.objects = objects;
    this.office = office;
    this.timer = timer;
    this.clock = clock;
  }

  /** Begins to compete. */
  public synchronized void start(Map<TargetId, String> groups, Runnable onChange) {
    Map<TargetId, Integer> numbers = new HashMap<>();
    groups.forEach((target, group) -> numbers.put(target, (int) (hash(group) % office.shards())));
    shards = Map.copyOf(numbers);
    changed = onChange;
    long period = office.time().toMillis() / ROUNDS;
    rounds = timer.scheduleAtFixedRate(this::round, 0, period, TimeUnit.MILLISECONDS);
  }

  /** The right to write a target, when its shard is held. */
  public synchronized Optional<Permit> permit(TargetId target) {
    Holding holding = held.get(shards.getOrDefault(target, -1));
    return holding == null || holding.leaving || holding.remaining().isZero()
        ? Optional.empty()
        : Optional.of(holding);
  }

  /** Gives back what no pass needs any more. */
  public void stop(Set<TargetId> running) {
    List<CompletableFuture<?>> releases = new ArrayList<>();
    synchronized (this) {
      if (rounds != null) {
        rounds.cancel(false);
      }
      Set<Integer> needed = new HashSet<>();
      running.forEach(t -> needed.add(shards.getOrDefault(t, -1)));
      held.forEach(
          (shard, holding) -> {
            if (!needed.contains(shard)) {
              holding.end();
              releases.add(
                  objects.replace(
                      holding.lease,
                      "",
                      office.time(),
                      holding.lease.transitions(),
                      clock.instant()));
            }
          });
      held.clear();
      stopped = true;
    }
    try {
      releases.add(
          objects
              .list()
              .thenCompose(
                  all ->
                      all.containsKey(office.member())
                          ? objects.delete(all.get(office.member())).thenApply(r -> null)
                          : CompletableFuture.<Void>completedFuture(null)));
      CompletableFuture.allOf(releases.toArray(CompletableFuture[]::new))
          .get(office.time().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("leases could not be given back and have to run out: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    objects
        .list()
        .whenComplete(
            (leases, error) -> {
              if (error == null) {
                decide(leases);
              } else {
                LOG.warn("leases of {} cannot be seen: {}", office.group(), error.getMessage());
              }
              tell();
            });
  }

  private synchronized void decide(Map<String, Lease> leases) {
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    leases.forEach(
        (name, lease) -> {
          Seen before = seen.get(name);
          if (before == null || !before.version().equals(lease.version())) {
            seen.put(name, new Seen(lease.version(), now));
          }
        });
    seen.keySet().retainAll(leases.keySet());
    Set<String> members = new HashSet<>(Set.of(office.identity()));
    leases.values().stream()
        .filter(l -> l.member() && !over(l, now))
        .forEach(l -> members.add(l.holder()));
    present(leases.get(office.member()));
    leases.values().stream()
        .filter(l -> l.member() && over(l, now) && !l.name().equals(office.member()))
        .forEach(l -> request(l.name(), () -> objects.delete(l).thenApply(r -> null)));
    for (int shard = 0; shard < office.shards(); shard++) {
      boolean preferred = preferred(shard, members).equals(office.identity());
      shard(shard, Optional.ofNullable(leases.get(office.shard(shard))), preferred, now);
    }
  }

  private boolean over(Lease lease, long now) {
    return now - seen.get(lease.name()).since() >= office.time().toNanos();
  }

  /** The same among all who see the same members, and little changes when one comes or goes. */
  private static String preferred(int shard, Set<String> members) {
    return members.stream()
        .max(
            Comparator.<String>comparingLong(m -> hash(m + "/" + shard))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  private static long hash(String text) {
    return Long.parseLong(Digest.sha256(text).abbreviated(12), 16);
  }

  private void present(@Nullable Lease mine) {
    request(
        office.member(),
        () ->
            mine == null
                ? objects.create(
                    office.member(), office.identity(), office.time(), true, clock.instant())
                : objects.replace(mine, office.identity(), office.time(), 1, clock.instant()));
  }

  private void shard(int shard, Optional<Lease> lease, boolean preferred, long now) {
    Holding holding = held.get(shard);
    if (holding != null) {
      boolean ours =
          lease.isPresent()
              && lease.get().holder().equals(office.identity())
              && lease.get().transitions() == holding.lease.transitions();
      if (!ours || holding.remaining().isZero()) {
        holding.end();
        held.remove(shard);
        return;
      }
      // A renewal whose answer was lost has moved the version: what was listed is the truth.
      holding.lease = lease.get();
      holding.leaving = !preferred;
      if (preferred) {
        renew(shard, holding);
      }
      // Whoever leaves lets it run out: its passes may go on until then.
    } else if (preferred) {
      acquire(shard, lease, now);
    }
  }

  private void renew(int shard, Holding holding) {
    long sent = System.nanoTime();
    Lease lease = holding.lease;
    request(
        lease.name(),
        () ->
            objects
                .replace(
                    lease, office.identity(), office.time(), lease.transitions(), clock.instant())
                .thenAccept(renewed -> renewed(shard, holding, renewed, sent)));
  }

  private synchronized void renewed(int shard, Holding holding, Lease lease, long sent) {
    if (held.get(shard) == holding) {
      holding.lease = lease;
      holding.until = sent + validity();
    }
  }

  private void acquire(int shard, Optional<Lease> lease, long now) {
    String name = office.shard(shard);
    boolean free = lease.isEmpty() || lease.get().holder().isEmpty() || over(lease.get(), now);
    if (!free) {
      return;
    }
    long sent = System.nanoTime();
    request(
        name,
        () ->
            (lease.isEmpty()
                    ? objects.create(name, office.identity(), office.time(), false, clock.instant())
                    : objects.replace(
                        lease.get(),
                        office.identity(),
                        office.time(),
                        lease.get().transitions() + 1,
                        clock.instant()))
                .thenAccept(
                    got -> {
                      acquired(shard, got, sent);
                      tell();
                    }));
  }

  private synchronized void acquired(int shard, Lease lease, long sent) {
    if (!stopped) {
      held.put(shard, new Holding(lease, sent + validity()));
    }
  }

  /** A fifth of the time is left for clocks that do not run alike. */
  private long validity() {
    return office.time().toNanos() / 5 * 4;
  }

  /** One request about one object at a time; what fails is tried by the next round. */
  private void request(String name, Supplier<CompletableFuture<?>> send) {
    if (!busy.add(name)) {
      return;
    }
    send.get()
        .whenComplete(
            (answer, error) -> {
              synchronized (this) {
                busy.remove(name);
              }
              if (error != null) {
                LOG.debug("lease {}: {}", name, error.getMessage());
              }
            });
  }

  private void tell() {
    Runnable run;
    synchronized (this) {
      Set<Integer> now = new HashSet<>();
      held.forEach(
          (shard, holding) -> {
            if (!holding.leaving && !holding.remaining().isZero()) {
              now.add(shard);
            }
          });
      if (now.equals(told)) {
        return;
      }
      told = now;
      run = changed;
    }
    try {
      timer.execute(run);
    } catch (RejectedExecutionException e) {
      LOG.debug("its timer ended, so nothing is shared any more");
    }
  }

  /** A shard that is held, until a moment that moves with every renewal. */
  private final class Holding implements Permit {
    private Lease lease;
    private final String token;
    private volatile long until;
    private boolean leaving;

    Holding(Lease lease, long until) {
      this.lease = lease;
      this.token = lease.name() + "/" + lease.transitions() + "/" + office.identity();
      this.until = until;
    }

    @Override
    public Duration remaining() {
      return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    }

    @Override
    public String token() {
      return token;
    }

    void end() {
      until = System.nanoTime();
    }
  }
}
