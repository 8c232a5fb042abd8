package io.gitops4j.render;

import io.gitops4j.model.Sensitive;
import java.util.Objects;

/**
 * Something that a target gives to others: an output of a Terraform root module. Immutable.
 *
 * @param name of the output
 * @param json its value as JSON; never shown by {@code toString}, whether it is confidential or not
 * @param confidentiality what the target says of it
 */
public record Output(String name, Sensitive<String> json, Confidentiality confidentiality) {
  /** Whether a value may be shown. */
  public enum Confidentiality {
    /** It may. */
    SHOWN,
    /** The target marks it as confidential. */
    SENSITIVE
  }

  /** Checks that no part is missing. */
  public Output {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(json, "json");
    Objects.requireNonNull(confidentiality, "confidentiality");
  }
}
