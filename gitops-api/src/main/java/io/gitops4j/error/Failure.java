package io.gitops4j.error;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An error as data: what {@link GitOpsException} carries, and what an outcome reports of one object
 * that failed. Holds no credential: every text passes {@link Redactor}. Immutable.
 *
 * @param stage where it happened
 * @param code stable, for programs: upper-case words joined by dashes, such as {@code
 *     SOURCE-NOT-FOUND}
 * @param retryability whether trying again can help
 * @param subject what it is about: an object, a file, a URL; empty when it is the pass itself
 * @param reason what failed and why
 * @param nextStep what the reader can do, empty when there is nothing to add
 * @param details for programs, by names that belong to the code; empty for most
 */
public record Failure(
    Stage stage,
    String code,
    Retryability retryability,
    Optional<String> subject,
    String reason,
    Optional<String> nextStep,
    Map<String, String> details) {
  /** The code of a pass that ended with a bug. */
  public static final String BROKEN = "PASS-BROKEN";

  /** Checks that no part is missing, and redacts the texts. */
  public Failure {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(retryability, "retryability");
    subject = subject.map(Redactor::redact);
    reason = Redactor.redact(reason);
    nextStep = nextStep.map(Redactor::redact);
    details =
        details.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, e -> Redactor.redact(e.getValue())));
  }

  /**
   * A failure without details.
   *
   * @param stage where it happened
   * @param code stable, for programs
   * @param retryability whether trying again can help
   * @param subject what it is about
   * @param reason what failed and why
   * @param nextStep what the reader can do
   */
  public Failure(
      Stage stage,
      String code,
      Retryability retryability,
      Optional<String> subject,
      String reason,
      Optional<String> nextStep) {
    this(stage, code, retryability, subject, reason, nextStep, Map.of());
  }

  /**
   * A pass that ended with a bug of somebody's.
   *
   * @param stage that it had come to
   * @param thrown what it ended with
   * @return the failure, which trying the same again does not mend
   */
  public static Failure defect(Stage stage, Throwable thrown) {
    return new Failure(
        stage,
        BROKEN,
        Retryability.RETRY_ON_CHANGE,
        Optional.empty(),
        "the pass ended with " + thrown,
        Optional.of("this is a defect of a renderer, a gate or a provider: see the log"));
  }

  /**
   * The same failure, told of a part of something larger.
   *
   * @param whole what it is a part of, such as a cluster of a fleet
   * @return the failure whose subject begins with it
   */
  public Failure within(String whole) {
    return new Failure(
        stage,
        code,
        retryability,
        Optional.of(subject.map(s -> whole + ": " + s).orElse(whole)),
        reason,
        nextStep,
        details);
  }

  /**
   * The failure in one line: subject, reason, next step.
   *
   * @return the text for people
   */
  public String message() {
    StringBuilder text = new StringBuilder();
    subject.ifPresent(s -> text.append(s).append(": "));
    text.append(reason);
    nextStep.ifPresent(s -> text.append(". Next: ").append(s));
    return text.toString();
  }
}
