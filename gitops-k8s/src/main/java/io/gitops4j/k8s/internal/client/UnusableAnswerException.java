package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.Retryability;
import java.io.IOException;

/**
 * An answer came that cannot be told for what it is, so nothing is known of what was asked. Its
 * message quotes nothing of it: it may hold anything.
 */
final class UnusableAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final String TOO_LARGE = "K8S-ANSWER-TOO-LARGE";

  private final String code;
  private final Retryability retryability;
  private final String next;

  private UnusableAnswerException(
      String code, Retryability retryability, String what, String next) {
    super(what);
    this.code = code;
    this.retryability = retryability;
    this.next = next;
  }

  /** A success, or a 404, without the object that each one of an API server carries. */
  static UnusableAnswerException unreadable(int status, int length) {
    return new UnusableAnswerException(
        "K8S-ANSWER-UNREADABLE",
        Retryability.RETRY,
        "it answered "
            + status
            + " with "
            + length
            + " bytes that are no whole object, so that it says nothing",
        "look at what stands between here and the API server, such as a proxy, if it stays");
  }

  /** More than anybody can mean: whoever sends it would send it again. */
  static UnusableAnswerException tooLarge(int largest) {
    return new UnusableAnswerException(
        TOO_LARGE,
        Retryability.RETRY_ON_CHANGE,
        "its answer is larger than " + largest + " bytes",
        "look at what answers there; where so much is really kept, a quarter of a larger heap holds"
            + " more, up to 256 MiB");
  }

  /** Whether it was more than is read. */
  boolean tooLarge() {
    return code.equals(TOO_LARGE);
  }

  /** The stable code of the failure. */
  String code() {
    return code;
  }

  /** Whether the same request may get another answer. */
  Retryability retryability() {
    return retryability;
  }

  /** What to do about it. */
  String next() {
    return next;
  }
}
