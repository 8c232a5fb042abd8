package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.internal.thread.Pauses;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.observe.FailureCauses;
import io.gitops4j.k8s.internal.observe.KindGoneException;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.View;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a sync waits for: objects to be well or gone, hooks to end. For one thread. */
final class Waits {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** What is expected of an object. */
  enum Expected {
    /** That it is well. */
    WELL,
    /** That it ends well. */
    ENDED,
    /** That it is gone. */
    GONE
  }

  /**
   * One thing to wait for.
   *
   * @param limit after which it has failed
   * @param still whether an object that is suspended is as it should be
   */
  record Wanted(
      ResourceId id, ApiResource resource, Expected expected, Duration limit, boolean still) {}

  /** How a wait ended. */
  record Verdict(int task, Health health, Optional<Failure> failure) {}

  private static final class Wait {
    private final Wanted wanted;
    private final long since = System.nanoTime();
    private Health health;

    Wait(Wanted wanted, Health health) {
      this.wanted = wanted;
      this.health = health;
    }
  }

  private final Observer observer;
  private final FailureCauses causes;
  private final View view;
  private final OperationContext context;
  private final Map<Integer, Wait> waits = new LinkedHashMap<>();
  private final Pauses pauses = new Pauses(SHORTEST, LONGEST);
  private boolean looked = true;
  private @Nullable String blind;

  Waits(Observer observer, FailureCauses causes, View view, OperationContext context) {
    this.observer = observer;
    this.causes = causes;
    this.view = view;
    this.context = context;
  }

  /** Waits from now on; what is known of the object may be enough. */
  void add(int task, Wanted wanted, Health known) {
    waits.put(task, new Wait(wanted, known));
    pauses.restart();
    looked = true;
  }

  void forget(int task) {
    waits.remove(task);
  }

  /**
   * Until at least one wait ended. A server that is away for a moment ends none before its time.
   */
  List<Verdict> look() {
    while (true) {
      context.checkActive(Stage.APPLY);
      if (!looked) {
        ask();
      }
      looked = false;
      List<Verdict> verdicts = new ArrayList<>();
      waits.forEach((task, wait) -> verdict(task, wait).ifPresent(verdicts::add));
      if (!verdicts.isEmpty()) {
        verdicts.forEach(v -> waits.remove(v.task()));
        return verdicts;
      }
      pause();
    }
  }

  /** A newer revision need not wait until an older one is well. */
  private void pause() {
    long end = System.nanoTime() + pauses.next().toNanos();
    while (System.nanoTime() < end) {
      if (context.superseded()) {
        throw new OperationCancelledException(
            Stage.APPLY, "there is a newer revision, so nothing waits for this one any more");
      }
      context.pause(SHORTEST, Stage.APPLY);
    }
  }

  private void ask() {
    Map<ResourceId, ApiResource> wanted = new HashMap<>();
    waits.values().forEach(w -> wanted.put(w.wanted.id(), w.wanted.resource()));
    Set<ApiResource> gone = new HashSet<>();
    try {
      Map<ResourceId, LiveSummary> now = now(wanted, gone);
      blind = null;
      for (Wait wait : waits.values()) {
        // Only who waits for its end knows by that: a server that lags serves a new kind later.
        if (gone.contains(wait.wanted.resource()) && wait.wanted.expected() != Expected.GONE) {
          blind = "its kind is not served";
          continue;
        }
        LiveSummary live = now.get(wait.wanted.id());
        Health health = live == null ? Health.of(HealthStatus.MISSING) : live.health();
        if (!health.equals(wait.health)) {
          wait.health = health;
          pauses.restart();
        }
      }
    } catch (DiffException e) {
      blind = e.failure().reason();
    }
  }

  /** How objects are; of the kinds that are gone nothing is told. */
  private Map<ResourceId, LiveSummary> now(
      Map<ResourceId, ApiResource> wanted, Set<ApiResource> gone) {
    while (true) {
      try {
        return observer.now(wanted, view, context);
      } catch (KindGoneException e) {
        gone.add(e.kind());
        if (!wanted.values().removeIf(e.kind()::equals)) {
          throw e;
        }
      }
    }
  }

  private Optional<Verdict> verdict(int task, Wait wait) {
    Wanted wanted = wait.wanted;
    HealthStatus status = wait.health.status();
    boolean fine =
        switch (wanted.expected()) {
          case GONE -> status == HealthStatus.MISSING;
          case ENDED -> status == HealthStatus.HEALTHY;
          case WELL ->
              status == HealthStatus.HEALTHY
                  || status == HealthStatus.UNKNOWN
                  || status == HealthStatus.SUSPENDED && wanted.still();
        };
    if (fine) {
      return Optional.of(new Verdict(task, wait.health, Optional.empty()));
    }
    boolean hopeless =
        wanted.expected() != Expected.GONE
            && (status == HealthStatus.DEGRADED
                || status == HealthStatus.MISSING
                || status == HealthStatus.UNKNOWN);
    boolean late = System.nanoTime() - wait.since > wanted.limit().toNanos();
    if (!hopeless && !late) {
      return Optional.empty();
    }
    explain(wait);
    return Optional.of(
        hopeless
            ? failed(task, wait, code(wanted.expected()), hopeless(wait))
            : failed(task, wait, "K8S-WAIT-TIMEOUT", late(wait)));
  }

  /** What a workload says of itself counts pods; why they are not well is in the pods. */
  private void explain(Wait wait) {
    SortedMap<ResourceId, Health> healths = new TreeMap<>(Map.of(wait.wanted.id(), wait.health));
    causes.explain(healths, List.of(wait.wanted.resource()), context);
    wait.health = healths.get(wait.wanted.id());
  }

  private static String code(Expected expected) {
    return expected == Expected.ENDED ? "K8S-HOOK-FAILED" : "K8S-NOT-HEALTHY";
  }

  private String hopeless(Wait wait) {
    String what = wait.wanted.expected() == Expected.ENDED ? "the hook" : "it";
    return wait.health.status() == HealthStatus.MISSING
        ? what + " was removed by somebody before it could be seen to be well"
        : what + " failed: " + wait.health.message();
  }

  private String late(Wait wait) {
    String what =
        switch (wait.wanted.expected()) {
          case GONE -> "it is still there";
          case ENDED -> "the hook did not end";
          case WELL -> "it did not become well";
        };
    return what
        + " within "
        + wait.wanted.limit().toSeconds()
        + " seconds: "
        + (blind == null ? wait.health.message() : blind);
  }

  private Verdict failed(int task, Wait wait, String code, String reason) {
    Wanted wanted = wait.wanted;
    Failure failure =
        new Failure(
            Stage.APPLY,
            code,
            Retryability.RETRY,
            Optional.of(wanted.id().toString()),
            reason,
            Optional.of(
                wanted.expected() == Expected.GONE
                    ? "look at the controllers of its finalizers"
                    : "look at its events and logs; what comes later in the sync was not done"));
    return new Verdict(task, wait.health, Optional.of(failure));
  }
}
