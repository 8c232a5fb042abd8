package io.gitops4j.error;

import java.util.Optional;

/** The operation was cancelled, or its deadline passed. What was written so far is kept. */
public final class OperationCancelledException extends GitOpsException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param stage where it ended
   * @param reason why: cancelled, interrupted, or out of time
   */
  public OperationCancelledException(Stage stage, String reason) {
    super(
        new Failure(
            stage,
            "OPERATION-CANCELLED",
            Retryability.RETRY,
            Optional.empty(),
            reason,
            Optional.of("run it again; it goes on where it stopped")),
        null);
  }
}
