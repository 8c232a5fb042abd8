package io.gitops4j.git.internal;

import java.io.IOException;
import java.io.Serial;
import java.util.Optional;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;

/** A server sent more than it may. */
final class LimitReached extends IOException {
  @Serial private static final long serialVersionUID = 1;
  private static final int DEEPEST = 10;

  private final String limit;

  /** Names the limit as {@link io.gitops4j.git.GitLimits} does. */
  LimitReached(String limit, String message) {
    super(message);
    this.limit = limit;
  }

  String limit() {
    return limit;
  }

  /** Whether the objects that were fetched are over it, and not what was said beside them. */
  boolean ofPack() {
    return !limit.equals("answerBytes");
  }

  /** What is behind a failed call, also where JGit holds the limit. */
  static Optional<LimitReached> behind(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause(), depth++) {
      if (t instanceof LimitReached reached) {
        return Optional.of(reached);
      }
      if (t instanceof TooLargeObjectInPackException) {
        return Optional.of(
            new LimitReached("objectBytes", "an object is too large: " + t.getMessage()));
      }
    }
    return Optional.empty();
  }
}
