package io.gitops4j.diff;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The difference in one field. Values of secrets are masked before they get here. Immutable.
 *
 * <p>The differences of one change are in an order: each pointer holds once the differences before
 * it are made, so that items of lists that come and go do not move the ones after them.
 *
 * @param path of the field for people, such as {@code spec.replicas} or {@code
 *     spec.template.spec.containers[name=web].image}
 * @param pointer to the field by RFC 6901, such as {@code /spec/template/spec/containers/0/image};
 *     empty where values are not JSON
 * @param before the live value, empty when it is absent; JSON where there is a pointer
 * @param after the value after the change, empty when the change removes it; JSON where there is a
 *     pointer
 * @param masked whether the values are secret, and what stands here only says that they differ
 * @param origin what makes the difference
 * @param writer who wrote the live value last, where the destination knows
 */
public record FieldChange(
    String path,
    Optional<String> pointer,
    Optional<String> before,
    Optional<String> after,
    boolean masked,
    Origin origin,
    Optional<Writer> writer) {
  /** Checks that no part is missing. */
  public FieldChange {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(pointer, "pointer");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(writer, "writer");
  }

  /**
   * A difference that follows from what is desired, in values that are not JSON.
   *
   * @param path of the field for people
   * @param before the live value, empty when it is absent
   * @param after the value after the change, empty when the change removes it
   * @param writer who wrote the live value last, where the destination knows
   */
  public FieldChange(
      String path, Optional<String> before, Optional<String> after, Optional<Writer> writer) {
    this(path, Optional.empty(), before, after, false, Origin.DESIRED, writer);
  }

  /** What makes a difference. */
  public enum Origin {
    /** What is desired. */
    DESIRED,
    /** The destination itself: a default, or admission that adds, removes or overrides. */
    ADMISSION
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
