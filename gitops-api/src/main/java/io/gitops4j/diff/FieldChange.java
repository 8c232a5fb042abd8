package io.gitops4j.diff;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The difference in one field. Values of secrets are masked before they get here. Immutable.
 *
 * @param path of the field, such as {@code spec.replicas} or {@code
 *     spec.template.spec.containers[name=web].image}
 * @param before the live value as JSON, empty when it is absent
 * @param after the value after the change as JSON, empty when the change removes it
 * @param writer who wrote the live value last, where the destination knows
 */
public record FieldChange(
    String path, Optional<String> before, Optional<String> after, Optional<Writer> writer) {
  /** Checks that no part is missing. */
  public FieldChange {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
    Objects.requireNonNull(writer, "writer");
  }

  /**
   * Who wrote a value.
   *
   * @param manager the name it wrote under: a Kubernetes field manager
   * @param operation how it wrote: {@code Apply} or {@code Update}
   * @param time when, where it is known
   */
  public record Writer(String manager, String operation, Optional<Instant> time) {
    /** Checks that no part is missing. */
    public Writer {
      Objects.requireNonNull(manager, "manager");
      Objects.requireNonNull(operation, "operation");
      Objects.requireNonNull(time, "time");
    }
  }
}
