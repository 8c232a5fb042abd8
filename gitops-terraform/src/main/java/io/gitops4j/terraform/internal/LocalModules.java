package io.gitops4j.terraform.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The directories that a file of configuration takes modules from. */
public final class LocalModules {
  /** In the language and in its JSON form alike; a directory too many does no harm. */
  private static final Pattern SOURCE =
      Pattern.compile("\\bsource\"?\\s*[=:]\\s*\"(\\.\\.?/[^\"$%]*)\"");

  private LocalModules() {}

  /** What a file leads to, from the root of the repository. */
  public static List<String> of(String file, byte[] content) {
    List<String> directories = new ArrayList<>();
    if (!file.matches(".*\\.(tf|tofu)(\\.json)?")) {
      return directories;
    }
    Matcher source = SOURCE.matcher(new String(content, StandardCharsets.UTF_8));
    while (source.find()) {
      try {
        Path folder = Path.of("/").resolve(file).getParent();
        Path target = folder.resolve(source.group(1)).normalize();
        directories.add(target.toString().substring(1));
      } catch (InvalidPathException e) {
        continue; // no path of this machine: the program names it
      }
    }
    return directories;
  }
}
