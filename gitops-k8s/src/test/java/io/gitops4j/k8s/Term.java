package io.gitops4j.k8s;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import java.time.Duration;

/** A right to write that ends when a test says so. */
final class Term implements Permit {
  private final String token;
  private volatile boolean ended;

  Term(String token) {
    this.token = token;
  }

  void end() {
    ended = true;
  }

  /** A pass under it. */
  OperationContext pass() {
    return OperationContext.create().withPermit(this);
  }

  @Override
  public Duration remaining() {
    return ended ? Duration.ZERO : Duration.ofMinutes(5);
  }

  @Override
  public String token() {
    return token;
  }
}
