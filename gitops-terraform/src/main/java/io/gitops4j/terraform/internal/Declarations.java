package io.gitops4j.terraform.internal;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a file of configuration declares, as far as it has to be known before the program runs. */
final class Declarations {
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

  private Declarations() {}

  /** Whether the file says itself where the state is kept. */
  static boolean backend(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    String said =
        NO_BLOCK
            .matcher(text)
            .replaceAll(m -> Matcher.quoteReplacement(m.group(2) == null ? " " : m.group(2)));
    return BACKEND.matcher(said).find();
  }

  /** Whether the file declares something ephemeral; once too often does no harm. */
  static boolean ephemeral(byte[] content) {
    return EPHEMERAL.matcher(new String(content, StandardCharsets.UTF_8)).find();
  }
}
