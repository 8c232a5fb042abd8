package io.gitops4j.k8s.internal.health;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the type of a condition means when the condition is true. */
enum ConditionType {
  /** Something is as it should be. */
  GOOD,
  /** Something is wrong. */
  BAD,
  /** Something is being done. */
  BUSY,
  /** Something is stopped on purpose. */
  STOPPED,
  /** Nobody can tell from its name. */
  OTHER;

  /** The types that speak for the whole object, the most telling first. */
  static final List<String> SUMMARIES =
      List.of(
          "Ready",
          "Healthy",
          "Available",
          "Succeeded",
          "Complete",
          "Completed",
          "Synced",
          "ResourceSynced",
          "Reconciled",
          "ReconcileSuccess",
          "Successful",
          "Established",
          "Programmed",
          "Accepted",
          "Admitted",
          "Active",
          "Deployed",
          "Installed",
          "Provisioned",
          "Configured",
          "Valid",
          "Bound",
          "Applied");

  private static final Pattern IS_BAD =
      Pattern.compile(
          "(?i)^(not|un|in)?(ready|available|healthy|valid|reachable|schedulable|synced|complete)$"
              + "|^partially|^fallback$"
              + "|failed|failure|error|degraded|(?<!in)stalled|conflict|misconfigured|unhealthy"
              + "|unavailable|invalid|notready|expired|exceeded|(?<!un)blocked|crash|lost$|missing");
  private static final Pattern IS_GOOD =
      Pattern.compile(
          "(?i)(ready|available|healthy|succeeded|success|successful|complete|completed|synced"
              + "|reconciled|established|programmed|accepted|admitted|active|deployed|installed"
              + "|provisioned|configured|valid|bound|applied|created|resolvedrefs|resolved|synchronized"
              + "|registered|initialized|online|connected|launched|uptodate|exists)$");
  private static final Pattern IS_OUTCOME =
      Pattern.compile("(ready|available|healthy|synced|synchronized|reconciled|applied|valid)$");
  private static final Pattern IS_BUSY =
      Pattern.compile(
          "(?i)(reconciling|progressing|updating|upgrading|creating|deleting|terminating"
              + "|provisioning|scaling|issuing|installing|initializing|deploying|pending|migrating"
              + "|restoring|building|inprogress|waiting|running|rolling)$");
  private static final Pattern IS_STOPPED =
      Pattern.compile(
          "(?i)^(suspended|paused|hibernated|hibernation|stopped|reconciliationpaused)$");
  private static final Pattern NO_BAD =
      Pattern.compile(
          "(?i)^(no.?(error|warning|failure|conflict)"
              + "|(not|non)(degraded|failed|expired|blocked|stalled|missing))");

  /** The meaning of a type, without the domain that it may begin with. */
  static ConditionType of(String written) {
    String type = shortened(written);
    if (NO_BAD.matcher(type).find()) {
      return GOOD;
    }
    if (IS_STOPPED.matcher(type).find()) {
      return STOPPED;
    }
    if (IS_BUSY.matcher(type).find()) {
      return BUSY;
    }
    boolean plain = SUMMARIES.stream().anyMatch(type::equalsIgnoreCase);
    if (!plain && IS_BAD.matcher(type).find()) {
      return BAD;
    }
    return plain || IS_GOOD.matcher(type).find() ? GOOD : OTHER;
  }

  /**
   * Where the type, in a status of that kind, stands among those that speak for the whole object;
   * lower tells more, and the highest number says that it is not among them.
   */
  static int rank(String written, String kind) {
    String type = shortened(written);
    String owner = shortened(kind);
    int whole = place(type);
    // VolumeReady speaks for the whole of a Volume; Configured of a Config is a word of its own.
    return whole == Integer.MAX_VALUE && !owner.isEmpty() && type.startsWith(owner)
        ? place(type.substring(owner.length()))
        : whole;
  }

  private static int place(String type) {
    for (int i = 0; i < SUMMARIES.size(); i++) {
      if (SUMMARIES.get(i).equalsIgnoreCase(type)) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
  }

  /** Whether a good type tells of what an object is for, and not of a step on the way there. */
  static boolean isOutcome(String written) {
    return IS_OUTCOME.matcher(shortened(written)).find();
  }

  private static String shortened(String type) {
    String last = type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf('.')) + 1);
    return last.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }
}
