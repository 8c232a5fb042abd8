package io.gitops4j.model;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a target: the unit that is reconciled. Immutable.
 *
 * <p>A destination knows a target by nothing else: use a name once in a cluster, also where state
 * namespaces differ, because objects carry it, and once in a folder of Terraform targets. Two
 * sources under one name take each other's things: what one applied is no longer desired to the
 * other, which removes it.
 *
 * @param name letters, digits, dot, dash, underscore and slash, 1 to 253 characters
 */
public record TargetId(String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,252}");
  private static final int SHORT_HASH = 16;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException when it is malformed
   */
  public TargetId {
    Objects.requireNonNull(name, "name");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "target name '"
              + name
              + "': use 1 to 253 letters, digits, '.', '_', '-' or '/', starting with a letter or"
              + " digit");
    }
  }

  /**
   * A short hash of the name that fits a Kubernetes label value: 16 hexadecimal characters.
   *
   * @return the hash, equal for equal names
   */
  public String shortHash() {
    return Digest.sha256(name).abbreviated(SHORT_HASH);
  }

  @Override
  public String toString() {
    return name;
  }
}
