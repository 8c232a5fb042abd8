package io.gitops4j.gate;

import io.gitops4j.error.ConfigurationException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Times of a clock on the wall, as five fields of cron: minute, hour, day of the month, month, day
 * of the week from 0 for Sunday to 6. When both days are restricted, either is enough. Immutable.
 *
 * <p>What a clock shows twice, when it is set back, happens twice; what it leaves out, when it is
 * set forward, happens at the moment that it is set. So no window is lost to daylight saving.
 */
public final class CronSchedule {
  /** February 29 falls on a given day of the week at least this often. */
  private static final int YEARS = 41;

  private final String text;
  private final ZoneId zone;
  private final CronField minutes;
  private final CronField hours;
  private final CronField days;
  private final CronField months;
  private final CronField weekdays;

  private CronSchedule(String text, ZoneId zone, List<CronField> fields) {
    this.text = text;
    this.zone = zone;
    minutes = fields.get(0);
    hours = fields.get(1);
    days = fields.get(2);
    months = fields.get(3);
    weekdays = fields.get(4);
  }

  /**
   * Reads a schedule.
   *
   * @param text five fields, such as {@code 0 22 * * mon-fri}; the words that some crons know, such
   *     as {@code @daily}, and a zone in front are not among what Argo CD takes
   * @param zone of the clock on the wall
   * @return the schedule
   * @throws ConfigurationException when it cannot be read, or names a day that never comes
   */
  public static CronSchedule of(String text, ZoneId zone) {
    Objects.requireNonNull(zone, "zone");
    String[] parts = text.strip().split("\\s+");
    CronField.Part[] all = CronField.Part.values();
    if (parts.length != all.length) {
      throw wrong(text, "it has " + parts.length + " fields, not minute hour day month weekday");
    }
    List<CronField> fields = new ArrayList<>();
    for (CronField.Part part : all) {
      try {
        fields.add(CronField.read(parts[part.ordinal()], part));
      } catch (IllegalArgumentException e) {
        throw wrong(text, e.getMessage());
      }
    }
    CronSchedule schedule = new CronSchedule(text.strip(), zone, fields);
    if (schedule.after(Instant.EPOCH).isEmpty()) {
      throw wrong(text, "no such day ever comes");
    }
    return schedule;
  }

  /**
   * The zone of its clock.
   *
   * @return the zone
   */
  public ZoneId zone() {
    return zone;
  }

  /**
   * The next time.
   *
   * @param moment that it lies after
   * @return the time; empty when none comes within decades
   */
  public Optional<Instant> after(Instant moment) {
    ZoneRules rules = zone.getRules();
    LocalDate last = moment.atZone(zone).toLocalDate().plusYears(YEARS);
    Instant from = moment;
    while (true) {
      // Until it is set the next time, the clock goes on minute by minute.
      ZoneOffset offset = rules.getOffset(from);
      ZoneOffsetTransition set = rules.nextTransition(from);
      LocalDate end = set == null ? last : earlier(last, set.getDateTimeBefore().toLocalDate());
      Optional<Instant> found =
          shown(LocalDateTime.ofInstant(from, offset), end).map(t -> t.toInstant(offset));
      if (set == null || found.isPresent() && found.get().isBefore(set.getInstant())) {
        return found;
      }
      if (end.equals(last)) {
        return Optional.empty();
      }
      if (happensWhen(set)) {
        return Optional.of(set.getInstant());
      }
      from = set.getInstant();
    }
  }

  private static LocalDate earlier(LocalDate one, LocalDate other) {
    return one.isBefore(other) ? one : other;
  }

  /** Whether the clock leaves something out when it is set, or shows something from then on. */
  private boolean happensWhen(ZoneOffsetTransition set) {
    LocalDateTime to = set.getDateTimeAfter();
    LocalDateTime from = set.isGap() ? set.getDateTimeBefore() : to;
    return shown(from.minusNanos(1), to.toLocalDate()).filter(t -> !t.isAfter(to)).isPresent();
  }

  /** The next time on a clock that nobody sets. */
  private Optional<LocalDateTime> shown(LocalDateTime after, LocalDate last) {
    LocalDateTime first = after.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    LocalTime time = first.toLocalTime();
    for (LocalDate date = first.toLocalDate(); !date.isAfter(last); date = date.plusDays(1)) {
      Optional<LocalTime> next = matches(date) ? from(time) : Optional.empty();
      if (next.isPresent()) {
        return next.map(date::atTime);
      }
      time = LocalTime.MIDNIGHT;
    }
    return Optional.empty();
  }

  /** The first time of a day that is not before another. */
  private Optional<LocalTime> from(LocalTime time) {
    int hour = hours.values().nextSetBit(time.getHour());
    int minute = hour == time.getHour() ? minutes.values().nextSetBit(time.getMinute()) : -1;
    if (minute < 0) {
      hour = hours.values().nextSetBit(time.getHour() + 1);
      minute = minutes.values().nextSetBit(0);
    }
    return hour < 0 ? Optional.empty() : Optional.of(LocalTime.of(hour, minute));
  }

  private boolean matches(LocalDate date) {
    boolean day = days.allows(date.getDayOfMonth());
    boolean weekday = weekdays.allows(date.getDayOfWeek().getValue() % 7);
    boolean either = !days.any() && !weekdays.any();
    return months.allows(date.getMonthValue()) && (either ? day || weekday : day && weekday);
  }

  private static ConfigurationException wrong(String text, String problem) {
    return new ConfigurationException("schedule '" + text + "'", List.of(problem));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CronSchedule o && o.text.equals(text) && o.zone.equals(zone);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, zone);
  }

  @Override
  public String toString() {
    return text + " (" + zone + ")";
  }
}
