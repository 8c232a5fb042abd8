package io.gitops4j.k8s.internal.observe;

/** The server does not serve a kind that it served before: its definition went. */
public final class KindGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KindGoneException(String kind) {
    super(kind + " is not served any more");
  }
}
