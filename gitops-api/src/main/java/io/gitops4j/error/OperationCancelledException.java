package io.gitops4j.error;

import java.util.Optional;

/** The operation was cancelled, or its deadline passed. What was written so far is kept. */
public final class OperationCancelledException extends GitOpsException {
  /** The code of its failure: nothing went wrong, somebody wanted it to end. */
  public static final String CODE = "OPERATION-CANCELLED";

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
            CODE,
            Retryability.RETRY,
            Optional.empty(),
            reason,
            Optional.of("run it again; it goes on where it stopped")),
        null);
  }
}
