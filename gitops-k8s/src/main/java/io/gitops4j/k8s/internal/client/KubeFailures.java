package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.ApplyException;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import tools.jackson.databind.JsonNode;

/** What a refused or lost request means, and what to do about it. */
public final class KubeFailures {
  /** How the JDK tells of a peer that went away during a handshake, or without a last word. */
  private static final Pattern WENT_AWAY =
      Pattern.compile("Remote host (terminated|closed)|close_notify|[Cc]onnection reset");

  /** How the server tells of an admission webhook that it could not ask. */
  private static final Pattern UNASKED = Pattern.compile("failed calling webhook \"([^\"]+)\"");

  private KubeFailures() {}

  /** The meaning of an answer that is not a success. */
  public static Failure of(Stage stage, String subject, KubeResponse answer) {
    String said = answer.message();
    return switch (answer.code()) {
      case 400 ->
          failure(stage, "K8S-BAD-REQUEST", Retryability.RETRY_ON_CHANGE, subject, said, FIX);
      case 401 ->
          failure(
              stage,
              "K8S-UNAUTHORIZED",
              Retryability.NEVER,
              subject,
              "the server refused the credentials: " + said,
              "check the user of the kubeconfig; its token may have expired");
      case 403 -> forbidden(stage, subject, said, answer);
      case 404 ->
          failure(
              stage,
              "K8S-NOT-FOUND",
              Retryability.RETRY_ON_CHANGE,
              subject,
              said,
              "make sure that its namespace and its CustomResourceDefinition exist");
      case 409 ->
          failure(
              stage,
              "K8S-CONFLICT",
              Retryability.RETRY,
              subject,
              said,
              "somebody changed it in between; the next pass compares anew");
      case 413 ->
          failure(stage, "K8S-TOO-LARGE", Retryability.RETRY_ON_CHANGE, subject, said, SMALLER);
      case 422 -> invalid(stage, subject, answer);
      case 429 ->
          failure(
              stage,
              "K8S-BUSY",
              Retryability.RETRY,
              subject,
              "the server is busy: " + said,
              "it is tried again by itself");
      default -> serverError(stage, subject, answer, said);
    };
  }

  /** Whether an answer was not read to its end because it is too large: a part of it may fit. */
  public static boolean tooLarge(Throwable thrown) {
    return cause(thrown) instanceof UnusableAnswerException answer && answer.tooLarge();
  }

  /** What went wrong, without what the ways of waiting for it put around it. */
  public static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The meaning of a request that got no answer, or none that can be used. */
  public static Failure lost(Stage stage, String subject, String server, Throwable thrown) {
    Throwable cause = cause(thrown);
    if (cause instanceof CredentialException none) {
      return failure(
          stage,
          "K8S-CREDENTIAL",
          none.retryability(),
          subject,
          "no credential for " + server + ": " + none.getMessage(),
          none.next());
    }
    if (cause instanceof UnusableAnswerException answer) {
      return failure(
          stage,
          answer.code(),
          answer.retryability(),
          subject,
          server + ": " + answer.getMessage(),
          answer.next());
    }
    String what =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root.getMessage() != null && !what.contains(root.getMessage())) {
      what += " (" + root.getMessage() + ")"; // A reset hides below what the client says of it.
    }
    boolean tls = distrusted(cause);
    if (cause instanceof TimeoutException || isTimeLimit(cause)) {
      what = "the answer was not whole within the time limit of the request";
    } else if (cause instanceof UnknownHostException) {
      what = "the name of its host is not known here"; // the exception has the name alone
    } else if (!(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
      what = cause.getClass().getSimpleName() + ": " + what;
    }
    return failure(
        stage,
        tls ? "K8S-TLS" : "K8S-UNREACHABLE",
        tls ? Retryability.NEVER : Retryability.RETRY,
        subject,
        "no answer from " + server + ": " + what,
        tls
            ? "check the certificate authority of the kubeconfig"
            : "check that the server runs and can be reached from here");
  }

  /**
   * How OkHttp tells of its limits of a request and of silence; for any other it has more words.
   */
  private static boolean isTimeLimit(Throwable thrown) {
    return thrown instanceof InterruptedIOException && "timeout".equals(thrown.getMessage());
  }

  /**
   * Whether one side did not take the other's certificate or its terms. A server that goes away in
   * the middle of a handshake ends it with the same exception.
   */
  private static boolean distrusted(Throwable thrown) {
    boolean tls = false;
    boolean gone = false;
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof GeneralSecurityException) {
        return true;
      }
      tls |= t instanceof SSLException;
      gone |=
          t instanceof EOFException
              || t instanceof SocketException
              || WENT_AWAY.matcher(String.valueOf(t.getMessage())).find();
    }
    return tls && !gone;
  }

  /** A failure of looking at the cluster, as an exception. */
  public static DiffException cannotLook(Failure failure) {
    return new DiffException(
        failure.code(),
        failure.retryability(),
        failure.subject().orElse("cluster"),
        failure.reason(),
        failure.nextStep().orElse("try again"),
        null);
  }

  /** A failure of a single write that nothing else depends on, as an exception. */
  public static ApplyException cannotApply(Failure failure) {
    return new ApplyException(
        failure.code(),
        failure.retryability(),
        failure.subject().orElse("cluster"),
        failure.reason(),
        failure.nextStep().orElse("try again"),
        null);
  }

  /** The failure that an exception carries, or none for a bug. */
  public static Optional<Failure> of(Throwable thrown) {
    return thrown instanceof GitOpsException e ? Optional.of(e.failure()) : Optional.empty();
  }

  private static final String FIX = "correct the manifest";
  private static final String SMALLER = "make it smaller, or split it";
  private static final Pattern IMMUTABLE =
      Pattern.compile(
          "immutable|may not change|may not be changed|can ?not change|updates to .*forbidden"
              + "|updates to statefulset spec|updates may not change|may not be updated");

  private static Failure forbidden(Stage stage, String subject, String said, KubeResponse answer) {
    for (JsonNode cause : answer.body().path("details").path("causes")) {
      if (cause.path("reason").asString("").equals("NamespaceTerminating")) {
        return failure(
            stage,
            "K8S-NAMESPACE-TERMINATING",
            Retryability.RETRY_ON_CHANGE,
            subject,
            "its namespace is being deleted: " + said,
            "it is made by a pass after the namespace has gone; look at what holds the namespace");
      }
    }
    if (refusedByAdmission(said)) {
      return denied(stage, subject, said);
    }
    return failure(
        stage,
        "K8S-FORBIDDEN",
        Retryability.RETRY_ON_CHANGE,
        subject,
        said,
        "grant the missing permission, or correct the manifest if a quota or policy refused it");
  }

  private static Failure denied(Stage stage, String subject, String said) {
    return failure(
        stage,
        "K8S-DENIED",
        Retryability.RETRY_ON_CHANGE,
        subject,
        "refused by admission: " + said,
        "correct the manifest, or talk to the owner of that policy");
  }

  private static Failure invalid(Stage stage, String subject, KubeResponse answer) {
    String said = answer.message();
    if (refusedByAdmission(said)) {
      return denied(stage, subject, said);
    }
    if (saysImmutable(answer)) {
      return immutable(stage, subject, said);
    }
    return failure(stage, "K8S-INVALID", Retryability.RETRY_ON_CHANGE, subject, said, FIX);
  }

  private static boolean refusedByAdmission(String said) {
    return said.contains("denied the request") || said.contains("ValidatingAdmission");
  }

  /** Whether the server finds the object invalid, which an admission policy does not say. */
  public static boolean findsInvalid(KubeResponse answer) {
    return answer.code() == 422 && !refusedByAdmission(answer.message());
  }

  /** The admission webhook that the server could not ask, which stops no other object. */
  public static Optional<String> silentWebhook(KubeResponse answer) {
    Matcher said = UNASKED.matcher(answer.message());
    return answer.code() >= 500 && said.find() ? Optional.of(said.group(1)) : Optional.empty();
  }

  /**
   * Whether all that the server finds wrong is that fields cannot change, in its own words. The
   * author of a definition has other words for it.
   */
  public static boolean saysImmutable(KubeResponse answer) {
    JsonNode causes = answer.body().path("details").path("causes");
    return causes.isEmpty()
        ? IMMUTABLE.matcher(answer.message()).find()
        : causes
            .valueStream()
            .allMatch(c -> IMMUTABLE.matcher(c.path("message").asString("")).find());
  }

  /** Whether other field managers own, with other values, what an apply would set. */
  public static boolean fieldConflict(KubeResponse answer) {
    return answer.code() == 409
        && answer
            .body()
            .path("details")
            .path("causes")
            .valueStream()
            .anyMatch(c -> c.path("reason").asString("").equals("FieldManagerConflict"));
  }

  /** The meaning of an update that would change what cannot change. */
  public static Failure immutable(Stage stage, String subject, String said) {
    return failure(
        stage,
        "K8S-IMMUTABLE",
        Retryability.RETRY_ON_CHANGE,
        subject,
        said,
        "the field cannot change on a living object: give the object another name, delete it so"
            + " that it is created anew, or allow that it is replaced, where its kind is not protected");
  }

  private static Failure serverError(
      Stage stage, String subject, KubeResponse answer, String said) {
    // A server-side-apply type error is a 500 that no retry mends.
    if (said.contains("failed to create typed patch object")
        || said.contains("field not declared in schema")
        || said.contains("failed to convert new object")
        || said.contains("failed to create manager for existing fields")) {
      return failure(stage, "K8S-SCHEMA", Retryability.RETRY_ON_CHANGE, subject, said, FIX);
    }
    // What does not fit into etcd comes as a 500 too: with the server's own bookkeeping added.
    if (said.contains("request is too large") || said.contains("larger than max")) {
      return failure(stage, "K8S-TOO-LARGE", Retryability.RETRY_ON_CHANGE, subject, said, SMALLER);
    }
    return failure(
        stage,
        "K8S-SERVER-ERROR",
        Retryability.RETRY,
        subject,
        "the server answered " + answer.code() + ": " + said,
        "look at the API server and its admission webhooks");
  }

  private static Failure failure(
      Stage stage,
      String code,
      Retryability retryability,
      String subject,
      String reason,
      String next) {
    return new Failure(stage, code, retryability, Optional.of(subject), reason, Optional.of(next));
  }
}
