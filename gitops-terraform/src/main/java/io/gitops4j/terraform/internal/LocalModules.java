package io.gitops4j.terraform.internal;

import java.nio.charset.StandardCharsets;
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

  private static final Pattern BACKEND =
      Pattern.compile(
          "\\bbackend\\s+\"\\w+\"\\s*\\{|\"backend\"\\s*:\\s*\\{|\\bcloud\\s*\\{|\"cloud\"\\s*:");

  /** Comments, documents in place, and strings, which may hold what begins a comment. */
  private static final Pattern NO_BLOCK =
      Pattern.compile(
          "<<-?(\\w+)\\R.*?\\R\\s*\\1\\b|#[^\\n]*|//[^\\n]*|/\\*.*?\\*/"
              + "|(\"(?:[^\"\\\\\\n]++|\\\\.)*+\")",
          Pattern.DOTALL);

  private static final Pattern EPHEMERAL = Pattern.compile("\\bephemeral\"?\\s*[=:]\\s*true\\b");

  private LocalModules() {}

  /** What a file leads to, from the root of the repository. */
  public static List<String> of(String file, byte[] content) {
    List<String> directories = new ArrayList<>();
    if (!file.matches(".*\\.(tf|tofu)(\\.json)?")) {
      return directories;
    }
    Path folder = Path.of("/").resolve(file).getParent();
    Matcher source = SOURCE.matcher(new String(content, StandardCharsets.UTF_8));
    while (source.find()) {
      Path target = folder.resolve(source.group(1)).normalize();
      directories.add(target.toString().substring(1));
    }
    return directories;
  }

  /** Whether the file says itself where the state is kept. */
  static boolean saysBackend(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    String said =
        NO_BLOCK
            .matcher(text)
            .replaceAll(m -> Matcher.quoteReplacement(m.group(2) == null ? " " : m.group(2)));
    return BACKEND.matcher(said).find();
  }

  /** Whether the file declares something ephemeral; once too often does no harm. */
  static boolean saysEphemeral(byte[] content) {
    return EPHEMERAL.matcher(new String(content, StandardCharsets.UTF_8)).find();
  }
}
