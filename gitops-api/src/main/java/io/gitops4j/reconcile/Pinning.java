package io.gitops4j.reconcile;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.source.SourceProvider;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the passes of a target are about when it is not where its source stands. Thread-safe. */
final class Pinning {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final TargetId target;
  private final SourceProvider source;
  private final PinStore store;
  private final Retries retries;
  private final Clock clock;

  Pinning(TargetId target, SourceProvider source, PinStore store, Retries retries, Clock clock) {
    this.target = target;
    this.source = source;
    this.store = store;
    this.retries = retries;
    this.clock = clock;
  }

  /**
   * Where a target is held.
   *
   * @param pin that is kept
   * @param over whether the source moved on, so that it holds no longer
   */
  record Position(Optional<Pin> pin, boolean over) {
    /** What a pass is about; empty when it is about where the source stands. */
    Optional<Pin> holds() {
      return over ? Optional.empty() : pin;
    }
  }

  /** How a pass finds it. */
  Position current(OperationContext context) {
    return retries.call(context, () -> look(context));
  }

  private Position look(OperationContext context) {
    Optional<Pin> pin = store.load(target, context);
    return new Position(pin, pin.isPresent() && over(pin.get(), context));
  }

  private boolean over(Pin pin, OperationContext context) {
    return pin.until() == Pin.Until.MOVED_ON
        && !SourceLook.at(source, pin.bad(), context).sameState(pin.bad().orElseThrow());
  }

  /** What somebody wishes; nothing is kept yet. */
  Position wished(Rollback wish, OperationContext context) {
    Optional<Revision> bad =
        wish.until() == Pin.Until.MOVED_ON
            ? Optional.of(
                retries.call(context, () -> SourceLook.at(source, Optional.empty(), context)))
            : Optional.empty();
    return new Position(
        Optional.of(
            new Pin(
                wish.revision(),
                bad,
                wish.by(),
                wish.why(),
                clock.instant(),
                wish.until(),
                wish.hooks())),
        false);
  }

  /** From now on, for every process. */
  void keep(Pin pin, OperationContext context) {
    retries.run(context, () -> store.save(target, pin, context));
    LOG.info("{}: {}", target, pin.message());
  }

  /** The next pass is about where the source stands. */
  Optional<Pin> release(OperationContext context) {
    Optional<Pin> pin = retries.call(context, () -> store.load(target, context));
    if (pin.isPresent()) {
      retries.run(context, () -> store.remove(target, context));
    }
    return pin;
  }

  /**
   * What is over is forgotten once the other revision is live; if that fails, by the next pass. A
   * pin that somebody made meanwhile is another one, and stays.
   */
  void settle(Position position, OperationContext context) {
    if (position.over()) {
      try {
        if (store.load(target, context).equals(position.pin())) {
          store.remove(target, context);
        }
      } catch (GitOpsException e) {
        LOG.warn("{}: a pin that is over could not be removed: {}", target, e.getMessage());
      }
    }
  }

  /** Which other revision passes would be about; empty also when that cannot be told. */
  Optional<Revision> newer(Revision than, OperationContext context) {
    try {
      Optional<Pin> held = look(context).holds();
      Revision wanted =
          held.map(Pin::revision)
              .orElseGet(() -> SourceLook.at(source, Optional.of(than), context));
      return Optional.of(wanted).filter(r -> !r.sameState(than));
    } catch (GitOpsException e) {
      LOG.debug("{} could not be asked for a newer revision: {}", source, e.getMessage());
      return Optional.empty();
    }
  }
}
