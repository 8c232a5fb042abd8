package io.gitops4j.controller;

import io.gitops4j.GitOps;
import io.gitops4j.TargetBuilder;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.TargetEvent;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import io.gitops4j.testing.RecordedEvents;
import java.time.Duration;
import java.util.List;

/** A controller whose time passes when a test says so, and what it tells of its targets. */
abstract class ControllerHarness {
  static final Duration INTERVAL = Duration.ofMinutes(3);

  final VirtualTime time = new VirtualTime();
  final InMemorySource source = new InMemorySource();
  final RecordedEvents events = new RecordedEvents();
  final ControllerBuilder builder =
      GitOpsController.builder()
          .workers(time.workers(), 2)
          .timer(time)
          .ticker(time::nanos)
          .clock(time.wall())
          .jitter(0)
          .listener(events.listener());

  /** How each pass ended, such as {@code shop APPLIED}. */
  final List<String> passes() {
    return events.of(ReconcileEvent.Finished.class).stream()
        .map(e -> e.target() + " " + e.outcome().kind())
        .toList();
  }

  /** What was told of targets between their passes. */
  final List<TargetEvent> told() {
    return events.of(TargetEvent.class);
  }

  /** A target that writes what is committed to the source. */
  TargetBuilder<TextSet> described(String name, InMemoryDestination to) {
    return described(name, source, to);
  }

  final TargetBuilder<TextSet> described(
      String name, SourceProvider from, Destination<TextSet> to) {
    return GitOps.target(name).source(from).renderer(new TextSet.TextRenderer()).destination(to);
  }

  final ScheduledTarget.Builder target(String name, InMemoryDestination to) {
    return ScheduledTarget.builder(described(name, to).build()).interval(INTERVAL);
  }

  /** Starts the controller, and works off what is to do at once. */
  final GitOpsController started(ScheduledTarget.Builder... targets) {
    for (ScheduledTarget.Builder target : targets) {
      builder.target(target.build());
    }
    GitOpsController controller = builder.build();
    controller.start();
    time.work();
    return controller;
  }
}
