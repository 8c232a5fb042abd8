package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.HealthStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What the words mean that controllers write as phase, state or reason. */
final class StatusWord {
  /** Where controllers write such a word. */
  private static final List<String> FIELDS =
      List.of("phase", "state", "status", "health", "currentPhase", "currentState", "stage");

  /** Kinds that run once: what runs is not done yet. */
  private static final Pattern ENDS =
      Pattern.compile(
          "(Run|Job|Task|Workflow|Experiment|Backup|Restore|Migration|Snapshot|Evaluation|Analysis"
              + "|Test|Upgrade|Import|Export|Operation)$");

  private static final Set<String> UNDER_WAY = Set.of("running", "active", "started", "created");

  private static final Map<String, HealthStatus> WORDS = new HashMap<>();

  static {
    put(
        HealthStatus.HEALTHY,
        "ready running active available healthy succeeded success successful complete completed"
            + " done bound online deployed installed synced established created green ok exists"
            + " finished applied valid up attached provisioned reconciled enabled accepted"
            + " connected registered published stable");
    put(
        HealthStatus.PROGRESSING,
        "pending creating provisioning progressing initializing initialising updating upgrading"
            + " reconciling deploying installing deleting terminating scaling scheduling queued"
            + " waiting starting inprogress processing building restoring configuring new yellow"
            + " scheduled preparing rolling rollingout modifying migrating syncing issuing"
            + " uninstalling stopping restarting init validating importing planned applying"
            + " requested bootstrapping joining");
    put(
        HealthStatus.DEGRADED,
        "failed failure error errored degraded unhealthy invalid red crashed aborted lost"
            + " unavailable rejected timeout timedout configerror partiallyfailed failedvalidation"
            + " cancelled canceled terminated expired stalled denied broken down conflict");
    put(HealthStatus.SUSPENDED, "suspended paused stopped hibernated hibernating disabled halted");
  }

  private static final Pattern GETTING_THERE =
      Pattern.compile(
          "(?i)progress|pending|creat(ing|ion)|provision|initiali|wait|reconciling|installing"
              + "|updating|upgrading|scaling|starting|deploying|issuing|rolling|deleting|queued"
              + "|building|requested|connecting|bootstrapping|settingup|notready|notyet|underway"
              + "|minimumreplicasunavailable|dependency");
  private static final Pattern WENT_WRONG =
      Pattern.compile(
          "(?i)fail|error|invalid|denied|forbidden|unauthori|not ?found|exceeded|time(d)? ?out"
              + "|conflict|crash|backoff|refused|unable|cannot|can't|could not|mismatch|unsupported"
              + "|misconfig|reject|unhealthy|unavailable|degraded|does ?n[o']t exist|no such");

  private StatusWord() {}

  private static void put(HealthStatus status, String words) {
    Arrays.stream(words.split(" ")).forEach(w -> WORDS.put(w, status));
  }

  /** The word that the status holds, with what it means. */
  record Found(String field, String word, HealthStatus status) {}

  /** The worst of the words in the status that mean something. */
  static Optional<Found> in(JsonNode live) {
    boolean ends = ENDS.matcher(live.path("kind").asString("")).find();
    JsonNode status = live.path("status");
    return FIELDS.stream()
        .filter(f -> status.path(f).isString())
        .flatMap(f -> meaning(f, status.path(f).asString(), ends).stream())
        .reduce((a, b) -> b.status().compareTo(a.status()) > 0 ? b : a);
  }

  private static Optional<Found> meaning(String field, String word, boolean ends) {
    String key = word.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    HealthStatus meaning =
        ends && UNDER_WAY.contains(key) ? HealthStatus.PROGRESSING : WORDS.get(key);
    return Optional.ofNullable(meaning).map(m -> new Found(field, word, m));
  }

  /** Whether the reason of a condition, or else its message, tells of a failure. */
  static boolean wentWrong(JsonNode condition) {
    String reason = condition.path("reason").asString("");
    return WENT_WRONG
        .matcher(reason.isEmpty() ? condition.path("message").asString("") : reason)
        .find();
  }

  /**
   * Whether a condition that is not met tells of a failure. Its reason counts more than its
   * message, which often quotes what went wrong before.
   */
  static boolean failing(JsonNode condition) {
    String reason = condition.path("reason").asString("");
    if (WENT_WRONG.matcher(reason).find()) {
      return !reason.equalsIgnoreCase("MinimumReplicasUnavailable");
    }
    if (GETTING_THERE.matcher(reason).find()) {
      return false;
    }
    String message = condition.path("message").asString("");
    if (WENT_WRONG.matcher(message).find()) {
      return true;
    }
    return !reason.isEmpty() && !GETTING_THERE.matcher(message).find();
  }
}
