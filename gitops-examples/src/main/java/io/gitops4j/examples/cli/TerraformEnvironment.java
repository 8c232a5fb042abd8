package io.gitops4j.examples.cli;

import io.gitops4j.error.Redactor;
import io.gitops4j.model.Sensitive;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What Terraform sees of a process' environment. Immutable.
 *
 * @param secret what is taken out of every text
 * @param plain what may be shown
 */
record TerraformEnvironment(
    SortedMap<String, Sensitive<String>> secret, SortedMap<String, String> plain) {
  /** Credentials of state servers and registries; all others would change what the program does. */
  private static final Pattern PASSED_ON = Pattern.compile("TF_(HTTP|TOKEN)_.*");

  /**
   * Words that names of secrets have; a name too many costs a masked word, one too few a secret.
   */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)TOKEN|SECRET|PASS|PWD|KEY|CREDENTIAL|AUTH|COOKIE|JWT|SAS|CONNECTION|DSN|WEBHOOK|(^|_)PAT$");

  /** Folders that programs work in, under names that look like those of secrets. */
  private static final Pattern PLACES = Pattern.compile("PWD|OLDPWD|SSH_AUTH_SOCK");

  /** Takes an environment apart. */
  static TerraformEnvironment of(Map<String, String> all) {
    SortedMap<String, Sensitive<String>> secret = new TreeMap<>();
    SortedMap<String, String> plain = new TreeMap<>();
    all.forEach(
        (name, value) -> {
          boolean left = name.startsWith("TF_") && !PASSED_ON.matcher(name).matches();
          if (left || name.equals("TMPDIR")) {
            return;
          }
          if (isSecret(name, value)) {
            secret.put(name, Sensitive.of(value));
          } else {
            plain.put(name, value);
          }
        });
    return new TerraformEnvironment(secret, plain);
  }

  /** By its name, or because it is an address with a password. */
  private static boolean isSecret(String name, String value) {
    return SECRET.matcher(name).find() && !PLACES.matcher(name).matches()
        || !Redactor.redact(value).equals(value);
  }
}
