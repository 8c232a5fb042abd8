package io.gitops4j.terraform.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files beside a module that its expressions name: templates, policies, scripts. */
final class NamedFiles {
  /**
   * A path that leads upwards, up to what is only known when it is evaluated: a value or a glob.
   */
  private static final Pattern UPWARDS =
      Pattern.compile("\"(?:\\$\\{path\\.(module|root|cwd)}/)?(\\.[^\"$%*?{\\n]*)([\"$%*?{])");

  private static final Pattern READ =
      Pattern.compile(".*\\.((tf|tofu)(\\.json)?|tfvars(\\.json)?)");

  private NamedFiles() {}

  /**
   * What a file may read, from the root of the repository. Where the end of a path is computed, the
   * directory before it. Not what holds the root module itself: that would be all, for one file.
   *
   * @param root the root module, where paths begin that do not say otherwise
   */
  static List<String> of(String file, byte[] content, String root) {
    if (!READ.matcher(file).matches()) {
      return List.of();
    }
    Path top = Path.of("/");
    List<String> named = new ArrayList<>();
    Matcher said = UPWARDS.matcher(new String(content, StandardCharsets.UTF_8));
    while (said.find()) {
      String way = said.group(2);
      if (!way.contains("..")) {
        continue; // what lies below a module is read with it
      }
      String sure = said.group(3).equals("\"") ? way : way.substring(0, way.lastIndexOf('/') + 1);
      try {
        Path rootModule = top.resolve(root);
        Path module = top.resolve(file).getParent();
        for (Path from : begins(said.group(1), module, rootModule)) {
          Path target = from.resolve(sure).normalize();
          if (!rootModule.startsWith(target)) {
            named.add(top.relativize(target).toString());
          }
        }
      } catch (InvalidPathException e) {
        continue; // no path of this machine: the program names it
      }
    }
    return named;
  }

  /** Without a word it is the root module, or for {@code fileset} what that is told. */
  private static List<Path> begins(@Nullable String word, Path module, Path rootModule) {
    if (word == null) {
      return List.of(rootModule, module);
    }
    return List.of(word.equals("module") ? module : rootModule);
  }
}
