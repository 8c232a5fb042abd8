package io.gitops4j.k8s.internal.glob;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern as Argo CD reads it: one grammar for addresses, repositories, namespaces and files,
 * another one for kinds. Immutable.
 */
public final class Glob {
  private final String text;
  private final Pattern pattern;

  private Glob(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * {@code * ? [a-z] [!a] {one,other}}, where a star stands for any characters.
   *
   * @throws IllegalArgumentException that says why it is none, as all of these do
   */
  public static Glob of(String text) {
    return new Glob(text, new Reader(text, ".", true).pattern());
  }

  /** The same, where a star ends at a slash, two do not, and one alone is everything. */
  public static Glob ofPath(String text) {
    return text.equals("*") ? of(text) : new Glob(text, new Reader(text, "[^/]", true).pattern());
  }

  /** {@code * ? [a-z] [^a]}, as Go matches file names. */
  public static Glob ofKind(String text) {
    return new Glob(text, new Reader(text, "[^/]", false).pattern());
  }

  /** Whether the whole text is as the pattern says. */
  public boolean matches(String value) {
    return pattern.matcher(value).matches();
  }

  @Override
  public String toString() {
    return text;
  }

  /** Turns a pattern into a regular expression, from left to right. */
  private static final class Reader {
    private final String text;
    private final String any;
    private final boolean choices;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private int open;

    Reader(String text, String any, boolean choices) {
      this.text = text;
      this.any = any;
      this.choices = choices;
    }

    Pattern pattern() {
      while (at < text.length()) {
        next(text.charAt(at++));
      }
      if (open > 0) {
        throw wrong("a { is not closed");
      }
      try {
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
      } catch (PatternSyntaxException e) {
        throw wrong(e.getDescription());
      }
    }

    private void next(char c) {
      if (c == '*') {
        boolean all = choices && at < text.length() && text.charAt(at) == '*';
        at += all ? 1 : 0;
        regex.append(all ? "." : any).append('*');
      } else if (c == '?') {
        regex.append(any);
      } else if (c == '[') {
        range();
      } else if (c == '\\') {
        if (at == text.length()) {
          throw wrong("a \\ escapes nothing");
        }
        literal(text.charAt(at++));
      } else if (choices && c == '{') {
        open++;
        regex.append("(?:");
      } else if (open > 0 && c == ',') {
        regex.append('|');
      } else if (open > 0 && c == '}') {
        open--;
        regex.append(')');
      } else {
        literal(c);
      }
    }

    private void range() {
      int end = text.indexOf(']', at + 1);
      if (end < 0) {
        throw wrong("a [ is not closed");
      }
      String inside = text.substring(at, end);
      at = end + 1;
      boolean not = inside.charAt(0) == (choices ? '!' : '^');
      regex.append(not ? "[^" : "[");
      for (char c : inside.substring(not ? 1 : 0).toCharArray()) {
        if (c == '-') {
          regex.append(c);
        } else {
          literal(c);
        }
      }
      regex.append(']');
    }

    private void literal(char c) {
      // Nothing beyond ASCII means anything to a regular expression, and half a character is none.
      if (c < 128 && !Character.isLetterOrDigit(c)) {
        regex.append('\\');
      }
      regex.append(c);
    }

    private IllegalArgumentException wrong(String what) {
      return new IllegalArgumentException("pattern '" + text + "': " + what);
    }
  }
}
