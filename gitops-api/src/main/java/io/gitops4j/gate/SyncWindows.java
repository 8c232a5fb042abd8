package io.gitops4j.gate;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Trigger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Holds changes outside of their windows, by the rules of Argo CD: an open window that denies wins;
 * where windows allow, one of them must be open. They are asked for each change by those windows
 * that speak of it, so that a window for removals holds these and lets the rest pass. Thread-safe.
 *
 * <p>It is asked before a plan is applied, not while: a plan that began is finished. When a pass
 * that failed is tried again, it is asked again.
 */
public final class SyncWindows implements Gate {
  private final List<SyncWindow> windows;
  private final Clock clock;

  /** A look between two tries of an operation must not make it a new one. */
  private static final int REMEMBERED = 8;

  /** When the last operations of each target came here first, by their origin. */
  private final Map<TargetId, Map<String, Instant>> begun = new ConcurrentHashMap<>();

  /**
   * Makes the gate.
   *
   * @param windows of the targets that it is given to; none holds nothing
   * @param clock that tells which are open
   */
  public SyncWindows(List<SyncWindow> windows, Clock clock) {
    this.windows = List.copyOf(windows);
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public GateDecision decide(Plan<?> plan, OperationContext context) {
    Instant now = clock.instant();
    Instant first = first(plan.target(), context.origin(), now);
    // Thousands of changes are spoken of by the same few windows.
    Map<List<SyncWindow>, Optional<String>> known = new HashMap<>();
    Set<ResourceId> held = new HashSet<>();
    Set<String> reasons = new TreeSet<>();
    int writes = 0;
    for (Change change : plan.changes()) {
      if (!change.action().writes()) {
        continue;
      }
      writes++;
      List<SyncWindow> speaking = windows.stream().filter(w -> w.covers(change)).toList();
      known
          .computeIfAbsent(speaking, some -> held(some, now, first, context.trigger()))
          .ifPresent(
              r -> {
                held.add(change.id());
                reasons.add(r);
              });
    }
    String reason = String.join("; ", reasons);
    return held.isEmpty()
        ? GateDecision.allowed()
        : held.size() == writes ? GateDecision.held(reason) : GateDecision.held(held, reason);
  }

  private Instant first(TargetId target, String origin, Instant now) {
    Map<String, Instant> known = begun.computeIfAbsent(target, t -> new LinkedHashMap<>());
    synchronized (known) {
      Instant first = known.computeIfAbsent(origin, o -> now);
      if (known.size() > REMEMBERED) {
        known.remove(known.keySet().iterator().next());
      }
      return first;
    }
  }

  /** Why changes that these windows speak of wait, empty when they need not. */
  private static Optional<String> held(
      List<SyncWindow> windows, Instant now, Instant first, Trigger trigger) {
    Optional<Blocking> blocking = blocking(windows, now, trigger);
    boolean finishes =
        blocking
            .filter(
                b -> b.windows().stream().allMatch(w -> w.running() == SyncWindow.Running.FINISHES))
            .isPresent();
    if (finishes && blocking(windows, first, trigger).isEmpty()) {
      return Optional.empty();
    }
    return blocking.map(b -> b.open() ? denied(b, now) : outside(b, now));
  }

  /** The windows that hold something: open ones that deny, or, shut, those that allow. */
  private record Blocking(List<SyncWindow> windows, boolean open) {}

  private static Optional<Blocking> blocking(
      List<SyncWindow> windows, Instant moment, Trigger trigger) {
    List<SyncWindow> denying =
        windows.stream().filter(w -> w.kind() == SyncWindow.Kind.DENY && w.open(moment)).toList();
    List<SyncWindow> allowing =
        windows.stream().filter(w -> w.kind() == SyncWindow.Kind.ALLOW).toList();
    if (denying.isEmpty() && allowing.stream().anyMatch(w -> w.open(moment))) {
      return Optional.empty();
    }
    Blocking all = new Blocking(denying.isEmpty() ? allowing : denying, !denying.isEmpty());
    boolean passes =
        trigger == Trigger.MANUAL
            && all.windows().stream().allMatch(w -> w.manual() == SyncWindow.Manual.PASSES);
    return all.windows().isEmpty() || passes ? Optional.empty() : Optional.of(all);
  }

  private static String denied(Blocking blocking, Instant now) {
    return blocking.windows().stream()
        .map(
            w ->
                "sync window '"
                    + w
                    + "' denies it "
                    + w.closes(now).map(t -> "until " + t).orElse("without an end"))
        .collect(Collectors.joining(", "));
  }

  private static String outside(Blocking blocking, Instant now) {
    Optional<SyncWindow> next =
        blocking.windows().stream()
            .filter(w -> w.opens(now).isPresent())
            .min(Comparator.comparing(w -> w.opens(now).map(ZonedDateTime::toInstant).get()));
    return "no sync window that allows it is open; "
        + next.map(w -> "'" + w + "' opens next at " + w.opens(now).orElseThrow())
            .orElse("none opens any more");
  }
}
