package io.gitops4j.error;

/** Whether trying again can help. Retries look at nothing else. */
public enum Retryability {
  /** A passing fault: the same call may succeed later. */
  RETRY,
  /** The same input fails again; a new revision or a changed cluster may not. */
  RETRY_ON_CHANGE,
  /** Only a person can mend it. */
  NEVER
}
