package io.gitops4j.k8s.internal.apply;

import java.io.Serial;

/** The server did not do it; 409 when somebody else was faster. */
public final class LeaseRefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int code;

  LeaseRefusedException(int code, String message) {
    super("the server answered " + code + ": " + message);
    this.code = code;
  }

  /** The status of the answer. */
  public int code() {
    return code;
  }
}
