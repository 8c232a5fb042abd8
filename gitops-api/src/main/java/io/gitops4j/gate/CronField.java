package io.gitops4j.gate;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The values that one field of a schedule allows. Reads what the cron library behind Argo CD reads,
 * which is neither what the cron of an operating system reads nor what any library for Java does.
 *
 * @param values that match
 * @param any whether it restricts nothing, which decides how a day of the month and a day of the
 *     week go together
 */
record CronField(BitSet values, boolean any) {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  /** Which field it is: its bounds, and the names that may stand for numbers. */
  enum Part {
    MINUTE(0, 59, List.of()),
    HOUR(0, 23, List.of()),
    DAY_OF_MONTH(1, 31, List.of()),
    MONTH(1, 12, MONTHS),
    DAY_OF_WEEK(0, 6, DAYS);

    private final int min;
    private final int max;
    private final Map<String, Integer> names;

    Part(int min, int max, List<String> words) {
      this.min = min;
      this.max = max;
      Map<String, Integer> numbered = new HashMap<>();
      for (int i = 0; i < words.size(); i++) {
        numbered.put(words.get(i), min + i);
      }
      this.names = Map.copyOf(numbered);
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  boolean allows(int value) {
    return values.get(value);
  }

  /** Reads a list of ranges; an {@link IllegalArgumentException} says what is wrong. */
  static CronField read(String text, Part part) {
    BitSet values = new BitSet();
    boolean any = false;
    for (String range : text.split(",", -1)) {
      any |= add(range, part, values);
    }
    return new CronField(values, any);
  }

  /**
   * Adds {@code *}, {@code 5}, {@code 1-5}, each with {@code /step}; whether it is all there is.
   */
  private static boolean add(String range, Part part, BitSet values) {
    String[] stepped = range.split("/", -1);
    String[] bounds = stepped[0].split("-", -1);
    if (stepped.length > 2 || bounds.length > 2) {
      throw wrong(part, range, "is no range");
    }
    boolean all = bounds[0].equals("*") || bounds[0].equals("?");
    if (all && bounds.length == 2) {
      throw wrong(part, range, "is no range");
    }
    int from = all ? part.min : number(bounds[0], range, part);
    int to = all ? part.max : number(bounds[bounds.length - 1], range, part);
    int step = 1;
    if (stepped.length == 2) {
      step = count(stepped[1], range, part);
      // From here on in steps: to the end, unless it says where.
      to = bounds.length == 1 ? part.max : to;
    }
    if (from < part.min || to > part.max) {
      throw wrong(part, range, "is not within " + part.min + " to " + part.max);
    }
    if (from > to) {
      throw wrong(part, range, "ends before it begins");
    }
    if (step == 0) {
      throw wrong(part, range, "has a step of nothing");
    }
    for (int value = from; value <= to; value += step) {
      values.set(value);
    }
    return all && step == 1;
  }

  private static int number(String text, String range, Part part) {
    Integer named = part.names.get(text.toLowerCase(Locale.ROOT));
    return named == null ? count(text, range, part) : named;
  }

  private static int count(String text, String range, Part part) {
    if (!text.matches("\\d{1,4}")) {
      throw wrong(part, range, "is no number");
    }
    return Integer.parseInt(text);
  }

  private static IllegalArgumentException wrong(Part part, String range, String what) {
    return new IllegalArgumentException(part.word() + " '" + range + "' " + what);
  }
}
