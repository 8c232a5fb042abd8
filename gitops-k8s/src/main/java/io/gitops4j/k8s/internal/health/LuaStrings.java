package io.gitops4j.k8s.internal.health;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/** Lua's functions for texts, each of which spends the budget of the run. */
final class LuaStrings {
  private LuaStrings() {}

  /** A fresh table of the functions. */
  static LuaTable table() {
    LuaTable table = new LuaTable();
    put(table, "len", a -> LuaValue.valueOf(a.checkstring(1).m_length));
    put(table, "lower", a -> made(text(a, 1).toLowerCase(Locale.ROOT)));
    put(table, "upper", a -> made(text(a, 1).toUpperCase(Locale.ROOT)));
    put(table, "reverse", a -> made(new StringBuilder(text(a, 1)).reverse().toString()));
    put(table, "sub", LuaStrings::sub);
    put(table, "rep", LuaStrings::repeat);
    put(table, "byte", LuaStrings::bytes);
    put(table, "char", LuaStrings::characters);
    put(table, "format", LuaStrings::format);
    put(table, "find", a -> search(a, true));
    put(table, "match", a -> search(a, false));
    put(table, "gmatch", LuaStrings::each);
    put(table, "gsub", LuaStrings::replace);
    return table;
  }

  static void put(LuaTable table, String name, Function<Varargs, Varargs> body) {
    table.set(
        name,
        new VarArgFunction() {
          @Override
          public Varargs invoke(Varargs arguments) {
            LuaBudget.current().step(1);
            return body.apply(arguments);
          }
        });
  }

  private static String text(Varargs arguments, int index) {
    LuaString string = arguments.checkstring(index);
    return new String(
        string.m_bytes, string.m_offset, string.m_length, StandardCharsets.ISO_8859_1);
  }

  /** A text that is new counts. */
  static LuaString made(String text) {
    LuaBudget.current().make(text.length());
    return LuaString.valueOf(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A place counted from 1, or from the end when it is negative. */
  private static int place(int index, int length) {
    return index >= 0 ? index : Math.max(length + index + 1, 0);
  }

  private static Varargs sub(Varargs a) {
    String text = text(a, 1);
    int from = Math.max(place(a.checkint(2), text.length()), 1);
    int to = Math.min(place(a.optint(3, -1), text.length()), text.length());
    return from > to ? LuaValue.EMPTYSTRING : made(text.substring(from - 1, to));
  }

  private static Varargs repeat(Varargs a) {
    String text = text(a, 1);
    String separator = a.narg() > 2 ? text(a, 3) : "";
    int count = Math.max(a.checkint(2), 0);
    LuaBudget.current().make((long) (text.length() + separator.length()) * count);
    return made(String.join(separator, Collections.nCopies(count, text)));
  }

  private static Varargs bytes(Varargs a) {
    String text = text(a, 1);
    int from = Math.max(place(a.optint(2, 1), text.length()), 1);
    int to = Math.min(place(a.optint(3, from), text.length()), text.length());
    List<LuaValue> found = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      LuaBudget.current().step(1);
      found.add(LuaValue.valueOf(text.charAt(i - 1)));
    }
    return LuaValue.varargsOf(found.toArray(LuaValue[]::new));
  }

  private static Varargs characters(Varargs a) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= a.narg(); i++) {
      text.append((char) (a.checkint(i) & 0xff));
    }
    return made(text.toString());
  }

  private static Varargs format(Varargs a) {
    String form = text(a, 1);
    StringBuilder out = new StringBuilder();
    int argument = 1;
    for (int i = 0; i < form.length(); i++) {
      LuaBudget.current().step(1);
      if (form.charAt(i) != '%') {
        out.append(form.charAt(i));
        continue;
      }
      int start = i++;
      while (i < form.length() && "-+ #0123456789.".indexOf(form.charAt(i)) >= 0) {
        i++;
      }
      if (i >= form.length()) {
        throw new LuaError("invalid option to 'format'");
      }
      if (form.charAt(i) == '%') {
        out.append('%');
      } else {
        out.append(formatted(form.substring(start, i), form.charAt(i), a, ++argument));
      }
    }
    return made(out.toString());
  }

  private static String formatted(String flags, char kind, Varargs a, int index) {
    // Lua itself allows no more than two digits of width and of precision.
    if (!flags.matches("%[-+ #0]{0,5}\\d{0,2}(\\.\\d{0,2})?")) {
      throw new LuaError("invalid format (width or precision too long)");
    }
    try {
      return switch (kind) {
        case 'd', 'i', 'u' ->
            String.format(Locale.ROOT, flags.replaceAll("\\..*", "") + "d", a.checklong(index));
        case 'x', 'X', 'o' -> String.format(Locale.ROOT, flags + kind, a.checklong(index));
        case 'e', 'E', 'f' -> String.format(Locale.ROOT, flags + kind, a.checkdouble(index));
        case 'c' -> String.valueOf((char) (a.checkint(index) & 0xff));
        case 's' -> {
          LuaString shown = a.checkvalue(index).tostring().strvalue();
          LuaBudget.current().make(shown.m_length);
          yield String.format(
              Locale.ROOT,
              flags + "s",
              new String(
                  shown.m_bytes, shown.m_offset, shown.m_length, StandardCharsets.ISO_8859_1));
        }
        case 'q' -> '"' + text(a, index).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        case 'g', 'G' -> a.checknumber(index).tojstring();
        default -> throw new LuaError("invalid option '%" + kind + "' to 'format'");
      };
    } catch (IllegalFormatException e) {
      throw new LuaError("invalid format '" + flags + kind + "'");
    }
  }

  private static Varargs search(Varargs a, boolean find) {
    String text = text(a, 1);
    String pattern = text(a, 2);
    int from = Math.max(place(a.optint(3, 1), text.length()), 1) - 1;
    if (from > text.length()) {
      return LuaValue.NIL;
    }
    if (find && (a.arg(4).toboolean() || !pattern.matches("(?s).*[\\^$*+?.(\\[%-].*"))) {
      LuaBudget.current().step(text.length() / 16);
      int at = text.indexOf(pattern, from);
      return at < 0
          ? LuaValue.NIL
          : LuaValue.varargsOf(LuaValue.valueOf(at + 1), LuaValue.valueOf(at + pattern.length()));
    }
    boolean anchored = pattern.startsWith("^");
    LuaPattern matcher = new LuaPattern(text, pattern);
    for (int s = from; s <= text.length(); s++) {
      int end = matcher.matchAt(s, anchored ? 1 : 0);
      if (end >= 0) {
        LuaValue[] found = captures(matcher, text, s, end, !find);
        return find
            ? LuaValue.varargsOf(
                LuaValue.valueOf(s + 1), LuaValue.valueOf(end), LuaValue.varargsOf(found))
            : LuaValue.varargsOf(found);
      }
      if (anchored) {
        break;
      }
    }
    return LuaValue.NIL;
  }

  private static LuaValue[] captures(
      LuaPattern matcher, String text, int start, int end, boolean wholeIfNone) {
    if (matcher.captures() == 0) {
      return wholeIfNone ? new LuaValue[] {made(text.substring(start, end))} : new LuaValue[0];
    }
    LuaValue[] found = new LuaValue[matcher.captures()];
    for (int i = 0; i < found.length; i++) {
      String captured = matcher.captured(i);
      found[i] = captured == null ? LuaValue.valueOf(matcher.position(i)) : made(captured);
    }
    return found;
  }

  private static Varargs each(Varargs a) {
    String text = text(a, 1);
    LuaPattern matcher = new LuaPattern(text, text(a, 2));
    int[] place = {0};
    return new VarArgFunction() {
      @Override
      public Varargs invoke(Varargs ignored) {
        for (int s = place[0]; s <= text.length(); s++) {
          int end = matcher.matchAt(s, 0);
          if (end >= 0) {
            place[0] = end == s ? end + 1 : end;
            return LuaValue.varargsOf(captures(matcher, text, s, end, true));
          }
        }
        place[0] = text.length() + 1;
        return LuaValue.NIL;
      }
    };
  }

  private static Varargs replace(Varargs a) {
    String text = text(a, 1);
    String pattern = text(a, 2);
    LuaValue by = a.checkvalue(3);
    int most = a.optint(4, Integer.MAX_VALUE);
    boolean anchored = pattern.startsWith("^");
    LuaPattern matcher = new LuaPattern(text, pattern);
    StringBuilder out = new StringBuilder();
    int done = 0;
    int s = 0;
    while (done < most) {
      int end = matcher.matchAt(s, anchored ? 1 : 0);
      if (end >= 0) {
        done++;
        String whole = text.substring(s, end);
        String put = replacement(by, whole, captures(matcher, text, s, end, true));
        LuaBudget.current().make(put.length());
        out.append(put);
      }
      if (end > s) {
        s = end;
      } else if (s < text.length()) {
        out.append(text.charAt(s++));
      } else {
        break;
      }
      if (anchored) {
        break;
      }
    }
    if (s < text.length()) {
      out.append(text, s, text.length());
    }
    return LuaValue.varargsOf(made(out.toString()), LuaValue.valueOf(done));
  }

  private static String replacement(LuaValue by, String whole, LuaValue[] captures) {
    LuaValue value;
    if (by.isfunction()) {
      value = by.invoke(LuaValue.varargsOf(captures)).arg1();
    } else if (by.istable()) {
      value = by.get(captures[0]);
    } else {
      String form = text(by, 1);
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < form.length(); i++) {
        char c = form.charAt(i);
        if (c != '%' || i + 1 == form.length()) {
          out.append(c);
          continue;
        }
        char next = form.charAt(++i);
        if (next == '0') {
          out.append(whole);
        } else if (Character.isDigit(next)) {
          int index = next - '1';
          if (index >= captures.length) {
            throw new LuaError("invalid capture index in replacement");
          }
          out.append(text(captures[index].tostring(), 1));
        } else {
          out.append(next);
        }
        LuaBudget.current().step(1);
      }
      return out.toString();
    }
    return value.toboolean() ? text(value.checkstring(), 1) : whole;
  }
}
