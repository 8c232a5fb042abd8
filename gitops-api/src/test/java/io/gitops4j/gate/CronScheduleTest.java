package io.gitops4j.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest(name = "{0} after {1} is {2}")
  @DisplayName("fields are read as by the cron library of Argo CD")
  @CsvSource({
    "'0 22 * * *', 2026-11-26T22:00:00Z, 2026-11-27T22:00:00Z",
    "'0 22 * * *', 2026-11-26T21:59:59Z, 2026-11-26T22:00:00Z",
    "'*/15 * * * *', 2026-11-26T10:46:00Z, 2026-11-26T11:00:00Z",
    "'50/4 * * * *', 2026-11-26T10:54:30Z, 2026-11-26T10:58:00Z",
    "'5,7-9 3 * * *', 2026-11-26T03:05:00Z, 2026-11-26T03:07:00Z",
    "'0 0 * * MON-fri', 2026-11-27T00:00:00Z, 2026-11-30T00:00:00Z",
    "'0 0 1 jan *', 2026-11-26T00:00:00Z, 2027-01-01T00:00:00Z",
    "'0 0 31 * *', 2026-11-26T00:00:00Z, 2026-12-31T00:00:00Z",
    "'0 0 29 2 *', 2096-02-29T00:00:00Z, 2104-02-29T00:00:00Z",
    "'0 0 ? * 0', 2026-11-26T00:00:00Z, 2026-11-29T00:00:00Z"
  })
  void readsFields(String text, Instant after, Instant next) {
    assertThat(CronSchedule.of(text, UTC).after(after)).contains(next);
  }

  @Test
  @DisplayName("of a day of the month and a day of the week, either is enough when both are there")
  void takesEitherDay() {
    CronSchedule either = CronSchedule.of("0 0 13 * fri", UTC);
    assertThat(times(either, "2026-11-08T00:00:00Z", 2))
        .containsExactly("2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z");
    CronSchedule stepped = CronSchedule.of("0 0 */10 * fri", UTC);
    assertThat(times(stepped, "2026-11-08T00:00:00Z", 3))
        .as("a step restricts, so either is enough")
        .containsExactly("2026-11-11T00:00:00Z", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z");
  }

  @ParameterizedTest
  @DisplayName("what is no schedule is refused, and told what is wrong")
  @ValueSource(
      strings = {
        "",
        "@daily",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "5-3 * * * *",
        "*/0 * * * *",
        "1-2-3 * * * *",
        "1/2/3 * * * *",
        "a * * * *",
        "1, * * * *",
        "-1 * * * *",
        "* * 30 2 *",
        "* * * foo *",
        "TZ=UTC * * * * *",
        "99999999999 * * * *",
        "*-5 * * * *"
      })
  void refuses(String text) {
    assertThatThrownBy(() -> CronSchedule.of(text, UTC))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("schedule '" + text + "'");
  }

  @Test
  @DisplayName("a time that the clock leaves out happens when the clock is set")
  void losesNothingInSpring() {
    CronSchedule schedule = CronSchedule.of("30 2 * * *", BERLIN);
    assertThat(times(schedule, "2026-03-28T12:00:00Z", 2))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
  }

  @Test
  @DisplayName("a time that the clock shows twice happens twice")
  void happensTwiceInAutumn() {
    CronSchedule schedule = CronSchedule.of("30 2 * * *", BERLIN);
    assertThat(times(schedule, "2026-10-24T12:00:00Z", 3))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z");
  }

  /** A schedule as text, and what it allows, found without reading the text. */
  private record Case(
      String text,
      Set<Integer> minutes,
      Set<Integer> hours,
      Optional<Set<Integer>> days,
      Optional<Set<Integer>> weekdays) {}

  @Property(tries = 60)
  @Label("the times are those that are found by looking at the clock every minute")
  void agreesWithTheClock(
      @ForAll("cases") Case known,
      @ForAll("zones") ZoneId zone,
      @ForAll @IntRange(max = 40) int transition,
      @ForAll @IntRange(max = 3000) int before,
      @ForAll @IntRange(min = 1, max = 4000) int minutes) {
    Instant start = nearTransition(zone, transition).minus(Duration.ofMinutes(before));
    int looked = 4320;
    TreeSet<Instant> expected = new TreeSet<>();
    for (int i = -4000; i < looked; i++) {
      Instant minute = start.plus(Duration.ofMinutes(i));
      if (shown(minute, zone).stream().anyMatch(t -> matches(known, t))) {
        expected.add(minute);
      }
    }
    CronSchedule schedule = CronSchedule.of(known.text(), zone);
    List<Instant> found = new ArrayList<>();
    Optional<Instant> next = schedule.after(start.minusNanos(1));
    Instant end = start.plus(Duration.ofMinutes(looked));
    while (next.isPresent() && next.get().isBefore(end)) {
      found.add(next.get());
      next = schedule.after(next.get());
    }
    assertThat(found).containsExactlyElementsOf(expected.tailSet(start));

    SyncWindow window = SyncWindow.deny(known.text(), zone, Duration.ofMinutes(minutes));
    for (int i = 0; i < looked; i += 97) {
      Instant moment = start.plus(Duration.ofMinutes(i));
      Instant opened = expected.floor(moment);
      boolean open = opened != null && moment.isBefore(opened.plus(Duration.ofMinutes(minutes)));
      assertThat(window.open(moment)).as("%s at %s", window, moment).isEqualTo(open);
    }
  }

  /** What a clock shows at a minute: also all that it leaves out, when it is set forward then. */
  private static List<LocalDateTime> shown(Instant minute, ZoneId zone) {
    List<LocalDateTime> shown = new ArrayList<>();
    shown.add(LocalDateTime.ofInstant(minute, zone));
    boolean forward =
        zone.getRules().getOffset(minute).getTotalSeconds()
            > zone.getRules().getOffset(minute.minusNanos(1)).getTotalSeconds();
    if (forward) {
      ZoneOffsetTransition set = zone.getRules().nextTransition(minute.minusNanos(1));
      for (LocalDateTime t = set.getDateTimeBefore();
          t.isBefore(set.getDateTimeAfter());
          t = t.plusMinutes(1)) {
        shown.add(t);
      }
    }
    return shown;
  }

  private static boolean matches(Case known, LocalDateTime shown) {
    boolean day = known.days().map(d -> d.contains(shown.getDayOfMonth())).orElse(true);
    boolean weekday =
        known.weekdays().map(d -> d.contains(shown.getDayOfWeek().getValue() % 7)).orElse(true);
    boolean both = known.days().isPresent() && known.weekdays().isPresent();
    return known.minutes().contains(shown.getMinute())
        && known.hours().contains(shown.getHour())
        && (both ? day || weekday : day && weekday);
  }

  private static Instant nearTransition(ZoneId zone, int number) {
    Instant moment = Instant.parse("2010-01-01T00:00:00Z");
    for (int i = 0; i <= number; i++) {
      ZoneOffsetTransition next = zone.getRules().nextTransition(moment);
      moment = next == null ? moment.plus(Duration.ofDays(100)) : next.getInstant();
    }
    return moment;
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "America/Sao_Paulo",
            "Africa/Cairo",
            "Atlantic/Azores",
            "America/Havana")
        .map(ZoneId::of);
  }

  @Provide
  Arbitrary<Case> cases() {
    return Combinators.combine(
            some(0, 59), some(0, 23), some(1, 31).optional(0.5), some(0, 6).optional(0.5))
        .as(
            (minutes, hours, days, weekdays) ->
                new Case(
                    "%s %s %s * %s"
                        .formatted(
                            text(minutes),
                            text(hours),
                            days.map(CronScheduleTest::text).orElse("*"),
                            weekdays.map(CronScheduleTest::text).orElse("*")),
                    minutes,
                    hours,
                    days,
                    weekdays));
  }

  private static Arbitrary<Set<Integer>> some(int min, int max) {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(min, max).set().ofMinSize(1).ofMaxSize(4),
        Arbitraries.integers()
            .between(min, max)
            .map(from -> IntStream.rangeClosed(from, max).boxed().collect(Collectors.toSet())));
  }

  private static String text(Set<Integer> values) {
    return values.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static List<String> times(CronSchedule schedule, String after, int count) {
    List<String> times = new ArrayList<>();
    Instant moment = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      moment = schedule.after(moment).orElseThrow();
      times.add(moment.toString());
    }
    return times;
  }

  @Test
  @DisplayName("a window that spans midnight and the month's end is open through both")
  void spansMidnight() {
    SyncWindow window = SyncWindow.allow("0 22 31 12 *", BERLIN, Duration.ofHours(8));
    assertThat(window.open(at("2026-12-31T21:59:59"))).isFalse();
    assertThat(window.open(at("2026-12-31T22:00:00"))).isTrue();
    assertThat(window.open(at("2027-01-01T05:59:59"))).isTrue();
    assertThat(window.open(at("2027-01-01T06:00:00"))).isFalse();
    assertThat(window.closes(at("2027-01-01T01:00:00")))
        .contains(ZonedDateTime.of(LocalDateTime.parse("2027-01-01T06:00:00"), BERLIN));
  }

  @Test
  @DisplayName("windows that follow on each other close with the last, or never")
  void closesWithTheLast() {
    SyncWindow twice = SyncWindow.deny("0 8,9 * * *", UTC, Duration.ofHours(1));
    assertThat(twice.closes(Instant.parse("2026-11-26T08:30:00Z")).map(ZonedDateTime::toInstant))
        .contains(Instant.parse("2026-11-26T10:00:00Z"));
    SyncWindow always = SyncWindow.deny("* * * * *", UTC, Duration.ofMinutes(1));
    assertThat(always.closes(Instant.parse("2026-11-26T08:30:00Z"))).isEmpty();
  }

  private static Instant at(String berlin) {
    return LocalDateTime.parse(berlin).atZone(BERLIN).toInstant();
  }
}
