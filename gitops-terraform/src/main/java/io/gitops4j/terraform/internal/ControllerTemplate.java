package io.gitops4j.terraform.internal;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The template that tofu-controller makes {@code main.tf} of, whatever else the directory holds:
 * passed over, what it stands for would never be made, or be removed.
 */
public final class ControllerTemplate {
  private static final String NAME = "main.tf.tpl";

  /** A configuration may well have a template of that name for itself. */
  private static final Pattern OWN =
      Pattern.compile("\\btemplatefile\\(\\s*\\\\?\"[^\"\\n]*\\bmain\\.tf\\.tpl\\\\?\"");

  private ControllerTemplate() {}

  /**
   * Refuses a root module with such a template.
   *
   * @param files of the workspace, by path from the root of the repository
   * @param prefix of those in the root module
   */
  public static void check(SortedMap<String, byte[]> files, String prefix) {
    if (files.containsKey(prefix + NAME) && !isOwn(files, prefix)) {
      throw WorkspaceFiles.refuse(
          prefix + NAME,
          "it is a template of tofu-controller, which is not rendered",
          "commit the main.tf that it gives in its place");
    }
  }

  private static boolean isOwn(SortedMap<String, byte[]> files, String prefix) {
    return files.entrySet().stream()
        .filter(f -> f.getKey().startsWith(prefix))
        .filter(f -> f.getKey().substring(prefix.length()).matches("[^/]*\\.(tf|tofu)(\\.json)?"))
        .map(f -> new String(f.getValue(), StandardCharsets.UTF_8))
        .anyMatch(text -> OWN.matcher(text).find());
  }
}
