package io.gitops4j.examples.cli;

import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.model.ResourceId;
import java.util.List;

/** Objects as people write them on a command line. */
final class Names {
  private Names() {}

  /** Whether KIND/NAME or KIND/NAMESPACE/NAME means this one. */
  static boolean means(String name, ResourceId id) {
    return name.equals(id.kind() + "/" + id.name())
        || name.equals(id.kind() + "/" + id.namespace() + "/" + id.name());
  }

  /** Confirms what is named, or all that waits under one id. */
  static PruneConfirmation confirming(List<String> names) {
    return (waiting, removal) ->
        names.stream().anyMatch(n -> n.equals(waiting.id().toString()) || means(n, removal.id()));
  }
}
