package io.gitops4j.error;

import java.util.List;
import java.util.Optional;

/** A configuration is wrong. Lists every problem, not the first. */
public final class ConfigurationException extends GitOpsException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Makes the exception.
   *
   * @param subject what is configured
   * @param problems every problem, at least one
   */
  public ConfigurationException(String subject, List<String> problems) {
    super(
        new Failure(
            Stage.CONFIGURE,
            "CONFIGURATION-INVALID",
            Retryability.NEVER,
            Optional.of(subject),
            String.join("; ", problems),
            Optional.empty()),
        null);
    this.problems = problems.stream().map(Redactor::redact).toList();
  }

  /**
   * Every problem found.
   *
   * @return the problems
   */
  public List<String> problems() {
    return problems;
  }
}
