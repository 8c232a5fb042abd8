package io.gitops4j.terraform;

import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody else holds the lock of a state. Its code is {@code TERRAFORM-STATE-LOCKED}. A pass that
 * it ends reports its {@link #failure}, whose details have {@value #LOCK_ID}, {@value #HOLDER} and,
 * where the backend says it, {@value #SINCE} in ISO 8601.
 */
public final class StateLockedException extends GitOpsException {
  /** The detail that {@link TerraformDestination#forceUnlock} takes. */
  public static final String LOCK_ID = "lockId";

  /** The detail that says who holds it. */
  public static final String HOLDER = "holder";

  /** The detail that says when it was taken. */
  public static final String SINCE = "since";

  private static final long serialVersionUID = 1L;

  private final String lockId;
  private final String holder;
  private final transient Optional<Instant> since;

  /**
   * Says who holds it.
   *
   * @param stage in which it was wanted
   * @param subject whose state
   * @param lockId the id that {@link TerraformDestination#forceUnlock} takes
   * @param holder who holds it, as the program says, and for what
   * @param since when it was taken, if that is known
   */
  public StateLockedException(
      Stage stage, String subject, String lockId, String holder, Optional<Instant> since) {
    super(
        new Failure(
            stage,
            "TERRAFORM-STATE-LOCKED",
            Retryability.RETRY,
            Optional.of(subject),
            "its state is locked by "
                + holder
                + since.map(s -> " since " + s).orElse("")
                + ", lock "
                + lockId,
            Optional.of(
                "wait for the holder; when it is known to be dead, force the lock open with its id"),
            details(lockId, holder, since)),
        null);
    this.lockId = lockId;
    this.holder = holder;
    this.since = since;
  }

  private static Map<String, String> details(
      String lockId, String holder, Optional<Instant> since) {
    Map<String, String> details = new HashMap<>(Map.of(LOCK_ID, lockId, HOLDER, holder));
    since.ifPresent(s -> details.put(SINCE, s.toString()));
    return details;
  }

  /**
   * Which lock.
   *
   * @return its id
   */
  public String lockId() {
    return lockId;
  }

  /**
   * Who holds it.
   *
   * @return user, machine and operation, as far as the program says
   */
  public String holder() {
    return holder;
  }

  /**
   * When it was taken.
   *
   * @return the time, empty when the backend does not say
   */
  public Optional<Instant> since() {
    return since;
  }
}
