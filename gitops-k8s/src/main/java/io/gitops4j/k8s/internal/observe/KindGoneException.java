package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.internal.client.ApiResource;

/** The server does not serve a kind that it served before: its definition went. */
public final class KindGoneException extends DiffException {
  private static final long serialVersionUID = 1L;

  private final transient ApiResource kind;

  KindGoneException(ApiResource kind) {
    super(
        "K8S-KIND-GONE",
        Retryability.RETRY,
        kind.apiVersion() + " " + kind.kind(),
        "the server does not serve it any more",
        "the next pass compares with what it serves then; if it should, look at its definition",
        null);
    this.kind = kind;
  }

  /** The kind that went. */
  public ApiResource kind() {
    return kind;
  }
}
