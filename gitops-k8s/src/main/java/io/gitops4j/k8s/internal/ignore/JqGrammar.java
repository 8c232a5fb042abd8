package io.gitops4j.k8s.internal.ignore;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of jq that can name fields: paths, with conditions. What is left out is what can run
 * without end or make much out of little: definitions, loops, variables, arithmetic and new values.
 * Every step that is left looks at the object, where it is counted.
 */
final class JqGrammar {
  private static final int LONGEST = 1000;
  private static final int DEEPEST = 32;
  private static final int MOST_COMMAS = 8;
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<space>\\s+)|(?<text>\"(?:[^\"\\\\]|\\\\[^(])*\")|(?<recursion>\\.\\.)"
              + "|(?<field>\\.[A-Za-z_]\\w*)|(?<number>-?\\d+(?:\\.\\d+)?)|(?<word>[A-Za-z_]\\w*)"
              + "|(?<open>[(\\[])|(?<close>[)\\]])|(?<comma>,)"
              + "|(?<sign>==|!=|<=|>=|<|>|//(?!=)|\\|(?!=)|\\?(?!//)|[.:;])");
  private static final Set<String> WORDS =
      Set.of(
          "and",
          "or",
          "not",
          "if",
          "then",
          "elif",
          "else",
          "end",
          "true",
          "false",
          "null",
          "empty",
          "select",
          "test",
          "startswith",
          "endswith",
          "ltrimstr",
          "rtrimstr",
          "ascii_downcase",
          "ascii_upcase",
          "contains",
          "inside",
          "has",
          "in",
          "any",
          "all",
          "length",
          "type",
          "tostring",
          "tonumber",
          "first",
          "last",
          "recurse");

  private JqGrammar() {}

  /** Why an expression is not taken, empty when it is. */
  static Optional<String> refusal(String expression) {
    if (expression.length() > LONGEST) {
      return Optional.of("it may not be longer than " + LONGEST + " characters");
    }
    Matcher token = TOKEN.matcher(expression);
    int depth = 0;
    int commas = 0;
    int recursions = 0;
    boolean value = false; // whether what came last is a value, so that [ looks into it
    for (int at = 0; at < expression.length(); at = token.end()) {
      if (!token.region(at, expression.length()).lookingAt()) {
        return Optional.of("it may not use '" + expression.charAt(at) + "' to name fields");
      }
      if (token.group("space") != null) {
        continue;
      }
      String word = token.group("word");
      if (word != null && !WORDS.contains(word)) {
        return Optional.of("it may not use " + word);
      }
      String open = token.group("open");
      if ("[".equals(open) && !value) {
        return Optional.of("it may not make a list");
      }
      depth += open != null ? 1 : token.group("close") != null ? -1 : 0;
      commas += token.group("comma") != null ? 1 : 0;
      recursions += token.group("recursion") != null || "recurse".equals(word) ? 1 : 0;
      if (depth > DEEPEST || commas > MOST_COMMAS || recursions > 1) {
        return Optional.of(
            "it may have "
                + DEEPEST
                + " brackets in each other, "
                + MOST_COMMAS
                + " commas and one '..' at most");
      }
      value =
          token.group("field") != null
              || token.group("close") != null
              || token.group("text") != null
              || token.group("recursion") != null
              || ".".equals(token.group("sign"))
              || "?".equals(token.group("sign"));
    }
    return Optional.empty();
  }
}
