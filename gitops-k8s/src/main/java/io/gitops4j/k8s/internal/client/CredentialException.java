package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.Retryability;
import java.io.IOException;

/** No credential could be had, so nothing was sent. Its message holds no secret. */
final class CredentialException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String next;
  private final Retryability retryability;

  CredentialException(String why, String next, Retryability retryability) {
    super(why);
    this.next = next;
    this.retryability = retryability;
  }

  String next() {
    return next;
  }

  Retryability retryability() {
    return retryability;
  }
}
