package io.gitops4j.terraform;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Drift that is left as it is: what only it would correct counts as in sync. A plan is applied as a
 * whole, so one that changes something else corrects it as well; to keep it then too, say {@code
 * ignore_changes} in the configuration. Immutable.
 *
 * @param address of the resource, such as {@code aws_instance.web[0]}; {@code *} stands for any
 *     characters
 * @param attribute such as {@code tags} or {@code tags.seen}, with all that is below it; {@code *}
 *     stands for any characters; empty for the whole resource, also where it vanished
 */
public record DriftRule(String address, String attribute) {
  /** Checks that no part is missing. */
  public DriftRule {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(attribute, "attribute");
  }

  /**
   * Whether the rule speaks of a whole resource.
   *
   * @param resource its address
   * @return whether all of its drift is left
   */
  public boolean coversAllOf(String resource) {
    return attribute.isEmpty() && speaksOf(resource);
  }

  /**
   * Whether the rule speaks of one attribute.
   *
   * @param resource its address
   * @param path of the attribute, as in a plan
   * @return whether its drift is left
   */
  public boolean covers(String resource, String path) {
    return speaksOf(resource)
        && (attribute.isEmpty() || Pattern.matches(starred(attribute) + "([.\\[].*)?", path));
  }

  private boolean speaksOf(String resource) {
    return Pattern.matches(starred(address), resource);
  }

  private static String starred(String text) {
    return Pattern.quote(text).replace("*", "\\E.*\\Q");
  }
}
