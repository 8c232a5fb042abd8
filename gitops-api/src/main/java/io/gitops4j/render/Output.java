package io.gitops4j.terraform;

import io.gitops4j.model.Sensitive;
import java.util.Objects;

/**
 * An output of a root module. Immutable.
 *
 * @param name of the output
 * @param json its value as JSON; never shown by {@code toString}, whether it is confidential or not
 * @param confidentiality what the configuration says of it
 */
public record TerraformOutput(
    String name, Sensitive<String> json, Confidentiality confidentiality) {
  /** Whether a value may be shown. */
  public enum Confidentiality {
    /** It may. */
    SHOWN,
    /** The configuration marks it {@code sensitive}. */
    SENSITIVE
  }

  /** Checks that no part is missing. */
  public TerraformOutput {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(json, "json");
    Objects.requireNonNull(confidentiality, "confidentiality");
  }
}
