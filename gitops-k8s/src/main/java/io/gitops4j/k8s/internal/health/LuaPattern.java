package io.gitops4j.k8s.internal.health;

import org.luaj.vm2.LuaError;

/**
 * Lua's patterns over bytes that are held as characters. LuaJ's own cannot be stopped, and a
 * pattern can take time without end: this one spends the steps of the run. Not thread-safe.
 */
final class LuaPattern {
  private static final int CAPTURES = 32;
  private static final int POSITION = -2;
  private static final int OPEN = -1;
  private static final int NESTED = 150;
  private static final char ESCAPE = '%';

  private final String text;
  private final String pattern;
  private final int[] starts = new int[CAPTURES];
  private final int[] lengths = new int[CAPTURES];
  private int captures;
  private int nested;

  LuaPattern(String text, String pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /** Where a match that begins at a place ends, -1 when there is none. */
  int matchAt(int place, int patternStart) {
    captures = 0;
    nested = 0;
    return match(place, patternStart);
  }

  int captures() {
    return captures;
  }

  /** A captured text; null when the capture is a position. */
  String captured(int index) {
    if (index >= captures || lengths[index] == OPEN) {
      throw new LuaError("invalid capture index");
    }
    return lengths[index] == POSITION
        ? null
        : text.substring(starts[index], starts[index] + lengths[index]);
  }

  int position(int index) {
    return starts[index] + 1;
  }

  private int match(int place, int at) {
    if (++nested > NESTED) {
      throw new LuaError("pattern too complex");
    }
    try {
      return steps(place, at);
    } finally {
      nested--;
    }
  }

  private int steps(int from, int start) {
    int s = from;
    int p = start;
    while (p < pattern.length()) {
      LuaBudget.current().step(1);
      char c = pattern.charAt(p);
      if (c == '(') {
        boolean position = p + 1 < pattern.length() && pattern.charAt(p + 1) == ')';
        return position ? open(s, p + 2, POSITION) : open(s, p + 1, OPEN);
      }
      if (c == ')') {
        return close(s, p + 1);
      }
      if (c == '$' && p + 1 == pattern.length()) {
        return s == text.length() ? s : -1;
      }
      if (c == ESCAPE && p + 1 < pattern.length()) {
        char next = pattern.charAt(p + 1);
        if (next == 'b') {
          s = balance(s, p + 2);
          if (s < 0) {
            return -1;
          }
          p += 4;
          continue;
        }
        if (next == 'f') {
          int set = p + 2;
          int end = classEnd(set);
          char before = s == 0 ? 0 : text.charAt(s - 1);
          char here = s == text.length() ? 0 : text.charAt(s);
          if (single(before, set, end) || !single(here, set, end)) {
            return -1;
          }
          p = end;
          continue;
        }
        if (Character.isDigit(next)) {
          String again = captured(next - '1');
          if (again == null || !text.startsWith(again, s)) {
            return -1;
          }
          s += again.length();
          p += 2;
          continue;
        }
      }
      int end = classEnd(p);
      char repeat = end < pattern.length() ? pattern.charAt(end) : 0;
      if (repeat == '?') {
        if (fits(s, p, end)) {
          int found = match(s + 1, end + 1);
          if (found >= 0) {
            return found;
          }
        }
        p = end + 1;
      } else if (repeat == '+') {
        return fits(s, p, end) ? most(s + 1, p, end) : -1;
      } else if (repeat == '*') {
        return most(s, p, end);
      } else if (repeat == '-') {
        return fewest(s, p, end);
      } else if (fits(s, p, end)) {
        s++;
        p = end;
      } else {
        return -1;
      }
    }
    return s;
  }

  private int most(int from, int p, int end) {
    int count = 0;
    while (fits(from + count, p, end)) {
      count++;
      LuaBudget.current().step(1);
    }
    for (; count >= 0; count--) {
      int found = match(from + count, end + 1);
      if (found >= 0) {
        return found;
      }
    }
    return -1;
  }

  private int fewest(int from, int p, int end) {
    int s = from;
    while (true) {
      int found = match(s, end + 1);
      if (found >= 0) {
        return found;
      }
      if (!fits(s, p, end)) {
        return -1;
      }
      s++;
    }
  }

  private int open(int s, int p, int kind) {
    if (captures >= CAPTURES) {
      throw new LuaError("too many captures");
    }
    starts[captures] = s;
    lengths[captures++] = kind;
    int found = match(s, p);
    if (found < 0) {
      captures--;
    }
    return found;
  }

  private int close(int s, int p) {
    int last = captures - 1;
    while (last >= 0 && lengths[last] != OPEN) {
      last--;
    }
    if (last < 0) {
      throw new LuaError("invalid pattern capture");
    }
    lengths[last] = s - starts[last];
    int found = match(s, p);
    if (found < 0) {
      lengths[last] = OPEN;
    }
    return found;
  }

  private int balance(int s, int p) {
    if (p + 1 >= pattern.length()) {
      throw new LuaError("missing arguments to %b");
    }
    if (s >= text.length() || text.charAt(s) != pattern.charAt(p)) {
      return -1;
    }
    int depth = 1;
    for (int i = s + 1; i < text.length(); i++) {
      LuaBudget.current().step(1);
      if (text.charAt(i) == pattern.charAt(p + 1)) {
        if (--depth == 0) {
          return i + 1;
        }
      } else if (text.charAt(i) == pattern.charAt(p)) {
        depth++;
      }
    }
    return -1;
  }

  private int classEnd(int p) {
    if (p >= pattern.length()) {
      throw new LuaError("malformed pattern");
    }
    if (pattern.charAt(p) == ESCAPE) {
      if (p + 1 >= pattern.length()) {
        throw new LuaError("malformed pattern (ends with '%')");
      }
      return p + 2;
    }
    if (pattern.charAt(p) != '[') {
      return p + 1;
    }
    int i = p + 1;
    if (i < pattern.length() && pattern.charAt(i) == '^') {
      i++;
    }
    do {
      if (i >= pattern.length()) {
        throw new LuaError("malformed pattern (missing ']')");
      }
      if (pattern.charAt(i++) == ESCAPE) {
        i++;
      }
    } while (i >= pattern.length() || pattern.charAt(i) != ']');
    return i + 1;
  }

  private boolean fits(int s, int p, int end) {
    return s < text.length() && single(text.charAt(s), p, end);
  }

  private boolean single(char c, int p, int end) {
    return switch (pattern.charAt(p)) {
      case '.' -> true;
      case ESCAPE -> inClass(c, pattern.charAt(p + 1));
      case '[' -> inSet(c, p, end - 1);
      default -> pattern.charAt(p) == c;
    };
  }

  private boolean inSet(char c, int p, int end) {
    boolean negated = pattern.charAt(p + 1) == '^';
    for (int i = p + (negated ? 2 : 1); i < end; i++) {
      if (pattern.charAt(i) == ESCAPE) {
        i++;
        if (inClass(c, pattern.charAt(i))) {
          return !negated;
        }
      } else if (i + 2 < end && pattern.charAt(i + 1) == '-') {
        if (pattern.charAt(i) <= c && c <= pattern.charAt(i + 2)) {
          return !negated;
        }
        i += 2;
      } else if (pattern.charAt(i) == c) {
        return !negated;
      }
    }
    return negated;
  }

  private static boolean inClass(char c, char name) {
    boolean in =
        switch (Character.toLowerCase(name)) {
          case 'a' -> letter(c);
          case 'c' -> c < 32 || c == 127;
          case 'd' -> c >= '0' && c <= '9';
          case 'l' -> c >= 'a' && c <= 'z';
          case 'p' -> c > 32 && c < 127 && !letter(c) && !(c >= '0' && c <= '9');
          case 's' -> c == ' ' || c >= 9 && c <= 13;
          case 'u' -> c >= 'A' && c <= 'Z';
          case 'w' -> letter(c) || c >= '0' && c <= '9';
          case 'x' -> Character.digit(c, 16) >= 0 && c < 127;
          default -> name == c;
        };
    boolean known = "acdlpsuwx".indexOf(Character.toLowerCase(name)) >= 0;
    return known && Character.isUpperCase(name) ? !in : in;
  }

  private static boolean letter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }
}
