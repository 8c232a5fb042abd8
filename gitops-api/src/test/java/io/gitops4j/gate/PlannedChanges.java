package io.gitops4j.gate;

import io.gitops4j.diff.Action;
import io.gitops4j.diff.Change;
import io.gitops4j.diff.LiveVersion;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.tck.TextSet;
import java.util.List;
import java.util.Optional;

/** Changes that gates are asked about. */
final class PlannedChanges {
  private PlannedChanges() {}

  /** A thing that is removed and made anew. */
  static Change replacement(String name) {
    return new Change(
        TextSet.id(name),
        Action.REPLACE,
        Reason.CHANGED,
        List.of(),
        Optional.of(new LiveVersion("uid", "content", "1")),
        Health.of(HealthStatus.HEALTHY),
        "");
  }
}
