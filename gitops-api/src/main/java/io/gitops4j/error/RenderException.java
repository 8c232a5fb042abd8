package io.gitops4j.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot could not be turned into the desired state; the subject names file, document and line.
 */
public class RenderException extends GitOpsException {
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
  public RenderException(
      String code,
      Retryability retryability,
      String subject,
      String reason,
      String nextStep,
      @Nullable Throwable cause) {
    super(
        new Failure(
            Stage.RENDER, code, retryability, Optional.of(subject), reason, Optional.of(nextStep)),
        cause);
  }
}
