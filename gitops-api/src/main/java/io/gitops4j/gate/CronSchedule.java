package io.gitops4j.gate;

import io.gitops4j.error.ConfigurationException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
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
    // A day earlier: a clock that is set back or skips a day shows dates out of order.
    LocalDate date = moment.atZone(zone).toLocalDate().minusDays(1);
    LocalDate last = date.plusYears(YEARS);
    Optional<Instant> found = Optional.empty();
    while (found.isEmpty() && date.isBefore(last)) {
      found = earliest(date, moment);
      date = date.plusDays(1);
    }
    Optional<Instant> next = earliest(date, moment);
    return next.isPresent() && found.isPresent() && next.get().isBefore(found.get()) ? next : found;
  }

  private Optional<Instant> earliest(LocalDate date, Instant after) {
    if (!matches(date)) {
      return Optional.empty();
    }
    Optional<Instant> earliest = Optional.empty();
    for (int hour = hours.values().nextSetBit(0);
        hour >= 0;
        hour = hours.values().nextSetBit(hour + 1)) {
      for (int minute = minutes.values().nextSetBit(0);
          minute >= 0;
          minute = minutes.values().nextSetBit(minute + 1)) {
        for (Instant moment : moments(date.atTime(hour, minute))) {
          if (moment.isAfter(after) && (earliest.isEmpty() || moment.isBefore(earliest.get()))) {
            earliest = Optional.of(moment);
          }
        }
      }
    }
    return earliest;
  }

  private boolean matches(LocalDate date) {
    boolean day = days.allows(date.getDayOfMonth());
    boolean weekday = weekdays.allows(date.getDayOfWeek().getValue() % 7);
    boolean either = !days.any() && !weekdays.any();
    return months.allows(date.getMonthValue()) && (either ? day || weekday : day && weekday);
  }

  private List<Instant> moments(LocalDateTime shown) {
    ZoneRules rules = zone.getRules();
    List<ZoneOffset> offsets = rules.getValidOffsets(shown);
    if (offsets.isEmpty()) {
      ZoneOffsetTransition set = rules.getTransition(shown);
      return List.of(set.getInstant());
    }
    return offsets.stream().map(shown::toInstant).toList();
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
