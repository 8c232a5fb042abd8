package io.gitops4j.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Desired and live could not be compared. */
public class DiffException extends GitOpsException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param code stable, for programs
   * @param retryability whether trying again can help
   * @param subject what it is about
   * @param reason what failed and why
   * @param nextStep what the reader can do
   * @param cause what it came from, or null
   */
  public DiffException(
      String code,
      Retryability retryability,
      String subject,
      String reason,
      String nextStep,
      @Nullable Throwable cause) {
    super(
        new Failure(
            Stage.DIFF, code, retryability, Optional.of(subject), reason, Optional.of(nextStep)),
        cause);
  }
}
