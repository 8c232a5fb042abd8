package io.gitops4j.git.internal;

import java.util.Optional;

/**
 * The last fetch that was over a limit: it is not downloaded again, only to be refused again, until
 * the server has something else. Thread-safe.
 */
final class Refusals {
  private volatile Optional<Refusal> last = Optional.empty();

  private record Refusal(Object wanted, LimitReached reached) {}

  /** Why this is refused as it was before; empty when it has to be tried. */
  Optional<LimitReached> of(Object wanted) {
    return last.filter(r -> r.wanted().equals(wanted)).map(Refusal::reached);
  }

  /** Remembers what failed, when that was what was wanted and not what was said beside it. */
  void remember(Object wanted, Throwable failure) {
    LimitReached.behind(failure)
        .filter(LimitReached::ofPack)
        .ifPresent(reached -> last = Optional.of(new Refusal(wanted, reached)));
  }
}
