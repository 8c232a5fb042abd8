package io.gitops4j.controller;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who has a worker, and who gets the next one that is free. Not thread-safe. */
final class Slots {
  private final int workers;
  private final int perTenant;
  private final FairQueue<TargetState> queue = new FairQueue<>();
  private final Map<String, Integer> byTenant = new HashMap<>();
  private int busy;

  /** Passes may take long: where there are several tenants, one must not keep every worker. */
  Slots(int workers, long tenants) {
    this.workers = workers;
    this.perTenant = tenants > 1 ? Math.max(1, workers - 1) : workers;
  }

  int busy() {
    return busy;
  }

  void queue(TargetState s) {
    queue.add(s.rules.tenant(), s);
  }

  void withdraw(TargetState s) {
    queue.remove(s.rules.tenant(), s);
  }

  /** The next in turn, when a worker is free for it. */
  Optional<TargetState> next() {
    return busy < workers
        ? queue.next(t -> byTenant.getOrDefault(t, 0) < perTenant)
        : Optional.empty();
  }

  void take(TargetState s) {
    busy++;
    byTenant.merge(s.rules.tenant(), 1, Integer::sum);
  }

  /** A pass that was given up has lost its worker before. */
  void release(TargetState s) {
    if (s.stuck) {
      s.stuck = false;
      return;
    }
    busy--;
    byTenant.merge(s.rules.tenant(), -1, Integer::sum);
  }
}
