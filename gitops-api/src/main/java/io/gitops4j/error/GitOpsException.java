package io.gitops4j.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that a stage throws because it could not give a result. Its message says
 * subject, reason and next step, and never a credential. A bug (a null, a bad argument) is not one
 * of these.
 */
public abstract class GitOpsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  /**
   * Makes an exception of a failure.
   *
   * @param failure what happened
   * @param cause what it came from, or null
   */
  protected GitOpsException(Failure failure, @Nullable Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
  }

  /**
   * What happened, as data.
   *
   * @return the failure
   */
  public Failure failure() {
    return failure;
  }

  /**
   * Where it happened.
   *
   * @return the stage
   */
  public Stage stage() {
    return failure.stage();
  }

  /**
   * The stable code, for programs.
   *
   * @return the code
   */
  public String code() {
    return failure.code();
  }

  /**
   * Whether trying again can help.
   *
   * @return the retryability
   */
  public Retryability retryability() {
    return failure.retryability();
  }

  /**
   * What it is about.
   *
   * @return the subject, empty when it is the pass itself
   */
  public Optional<String> subject() {
    return failure.subject();
  }
}
