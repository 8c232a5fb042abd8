package io.gitops4j.terraform.internal;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which version a program has, as it tells itself. */
record ProgramVersion(String text) {
  private static final int OLDEST_MAJOR = 1;
  private static final int OLDEST_MINOR = 9;
  private static final Pattern PARTS = Pattern.compile("(\\d+)\\.(\\d+).*");

  /** Reads what {@code version -json} writes. */
  static ProgramVersion read(byte[] shown) {
    return new ProgramVersion(
        Diagnostics.JSON.readTree(shown).path("terraform_version").asString(""));
  }

  /** Refuses a program that lacks what is needed. */
  void check(String subject, Path program) {
    Matcher parts = PARTS.matcher(text);
    boolean enough =
        parts.matches()
            && (Integer.parseInt(parts.group(1)) > OLDEST_MAJOR
                || (Integer.parseInt(parts.group(1)) == OLDEST_MAJOR
                    && Integer.parseInt(parts.group(2)) >= OLDEST_MINOR));
    if (!enough) {
      throw new DiffException(
          "TERRAFORM-VERSION",
          Retryability.RETRY_ON_CHANGE,
          subject,
          program + " has version '" + text + "', which lacks what is needed",
          "use Terraform or OpenTofu " + OLDEST_MAJOR + "." + OLDEST_MINOR + " or newer",
          null);
    }
  }
}
