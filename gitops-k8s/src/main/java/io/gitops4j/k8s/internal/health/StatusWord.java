package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.HealthStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What the words mean that controllers write as phase, state or reason. */
final class StatusWord {
  /** The names of fields that controllers write such a word to. */
  private static final Pattern FIELDS =
      Pattern.compile("(?i)(phase|state|status|health|compliant|result|outcome)$");

  /** What was before, and what is wanted, say nothing about now. */
  private static final Pattern NOT_NOW = Pattern.compile("^(last|previous|desired|target)");

  /** Kinds that run once: what runs is not done yet. */
  private static final Pattern ENDS =
      Pattern.compile(
          "(Run|Job|Task|Workflow|Experiment|Backup|Restore|Migration|Snapshot|Evaluation|Analysis"
              + "|Test|Upgrade|Import|Export|Operation)$");

  /** Words that are made up of others, such as SyncFailed and MigratingData. */
  private static final Pattern FAILED =
      Pattern.compile("(Failed|Failure|Error|Invalid)$|[a-z]Failed(?!Over)[A-Z]");

  private static final Pattern DOING =
      Pattern.compile(
          "^(?!Run|Stand|Noth|Unk)[A-Z]?[a-z]+ing([A-Z ]|$)|[a-z]InProgress$"
              + "|[a-z](?!Run|Noth|Miss)[A-Z][a-z]+ing$|[a-z]OutOfSync$");

  /** clusterRunning and volumeReady are good; BootstrapReady is a step, and notYetReady is not. */
  private static final Pattern DONE =
      Pattern.compile(
          "^([A-Za-z]+)(Running|Ready|Enabled|Configured|Provisioned|Completed|Succeeded)$");

  /** What has come to its end when it is said of what runs once. */
  private static final Set<String> ENDED = Set.of("Completed", "Succeeded");

  /** What the object itself is often called, whatever its kind. */
  private static final Set<String> ITSELF =
      Set.of("cluster", "volume", "instance", "resource", "object", "all");

  /** That these are through does not say that what they were done to is well. */
  private static final Pattern ASIDE =
      Pattern.compile("rollback|backup|restore|delet|shutdown", Pattern.CASE_INSENSITIVE);

  /** Some write a sentence: "ERROR, there is no such secret". */
  private static final Pattern FIRST = Pattern.compile("[,:;(].*$", Pattern.DOTALL);

  private static final Set<String> UNDER_WAY = Set.of("running", "active", "started", "created");

  private static final Map<String, HealthStatus> WORDS = new HashMap<>();

  static {
    put(
        HealthStatus.HEALTHY,
        "ready running active available healthy succeeded success successful complete completed"
            + " done bound online deployed installed synced established created green ok exists"
            + " finished applied valid up attached provisioned reconciled enabled accepted"
            + " connected registered published stable compliant operational"
            + " healthok passed pass normal synchronized uptodate allocated satisfied serving"
            + " fulfilled inuse placed configured");
    put(
        HealthStatus.PROGRESSING,
        "pending creating provisioning progressing initializing initialising updating upgrading"
            + " reconciling deploying installing deleting terminating scaling scheduling queued"
            + " waiting starting inprogress processing building restoring configuring new yellow"
            + " scheduled preparing rolling rollingout modifying migrating syncing issuing"
            + " uninstalling stopping restarting init validating importing planned applying"
            + " requested bootstrapping joining notready recovering draining outofsync");
    put(
        HealthStatus.DEGRADED,
        "failed failure error errored degraded unhealthy invalid red crashed aborted lost"
            + " unavailable rejected timeout timedout configerror partiallyfailed failedvalidation"
            + " cancelled canceled terminated expired stalled denied broken down conflict noncompliant"
            + " warning healthwarn healtherr fail critical abnormal unreachable offline dead killed"
            + " evicted misconfigured unschedulable");
    put(HealthStatus.MISSING, "notfound");
    put(HealthStatus.SUSPENDED, "suspended paused stopped hibernated hibernating disabled halted");
  }

  private static final Pattern GETTING_THERE =
      Pattern.compile(
          "(?i)progress|pending|creat(ing|ion)|provision|initiali|wait|reconciling|installing"
              + "|updating|upgrading|scaling|starting|deploying|issuing|rolling|deleting|queued"
              + "|building|requested|connecting|bootstrapping|settingup|notyet|underway"
              + "|not(all)?[a-z]*(ready|available|complete|running)"
              + "|minimumreplicasunavailable|dependency");
  private static final Pattern WENT_WRONG =
      Pattern.compile(
          "(?i)fail|error|invalid|denied|forbidden|unauthori|not ?found|exceeded|time(d)? ?out"
              + "|conflict|crash|backoff|refused|unable|cannot|can't|could not|mismatch|unsupported"
              + "|misconfig|reject|unhealthy|unavailable|degraded|does ?n[o']t exist|no such|abort");

  /** What a controller is at: Cloning, PullingImage. */
  private static final Pattern AT_WORK =
      Pattern.compile("^(?!Missing|Failing|Conflicting|Degrading|Nothing)[A-Z][a-z]+ing([A-Z]|$)");

  private static final Pattern NEGATED = Pattern.compile("^No[A-Z]|Not[A-Z]");

  private static final Pattern STOPPED = Pattern.compile("(?i)(paused|suspended|hibernated)$");

  private StatusWord() {}

  private static void put(HealthStatus status, String words) {
    Arrays.stream(words.split(" ")).forEach(w -> WORDS.put(w, status));
  }

  /** The word that the status holds, with what it means. */
  record Found(String field, String word, HealthStatus status) {}

  /** The worst of the words in the status that mean something. */
  static Optional<Found> in(JsonNode live) {
    String kind = live.path("kind").asString("");
    JsonNode status = live.path("status");
    return status.properties().stream()
        .filter(f -> f.getValue().isString())
        .filter(f -> FIELDS.matcher(f.getKey()).find())
        .flatMap(f -> meaning(f.getKey(), f.getValue().asString(), kind).stream())
        .filter(f -> !NOT_NOW.matcher(f.field()).find() || isLastGoingOn(f))
        .reduce((x, y) -> y.status().compareTo(x.status()) > 0 ? y : x);
  }

  /** The last operation is the one that goes on, as long as it does. */
  private static boolean isLastGoingOn(Found found) {
    return found.field().startsWith("last") && found.status() == HealthStatus.PROGRESSING;
  }

  private static Optional<Found> meaning(String field, String word, String kind) {
    String key =
        FIRST.matcher(word).replaceFirst("").replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    if (ENDS.matcher(kind).find() && UNDER_WAY.contains(key)) {
      return Optional.of(new Found(field, word, HealthStatus.PROGRESSING));
    }
    HealthStatus meaning = WORDS.get(key);
    if (meaning == null && FAILED.matcher(word).find()) {
      meaning = HealthStatus.DEGRADED;
    } else if (meaning == null && DOING.matcher(word).find()) {
      meaning = HealthStatus.PROGRESSING;
    }
    return Optional.ofNullable(meaning)
        .or(() -> reached(field, word, kind))
        .map(m -> new Found(field, word, m));
  }

  /** What a word says that names what has got somewhere, and where it has got. */
  private static Optional<HealthStatus> reached(String field, String word, String kind) {
    Matcher done = DONE.matcher(word);
    if (!done.matches()) {
      return Optional.empty();
    }
    if (ENDS.matcher(kind).find() && !ENDED.contains(done.group(2))) {
      return Optional.of(HealthStatus.PROGRESSING);
    }
    String subject = done.group(1);
    return isKind(subject, kind) || isItself(subject, field) && !ASIDE.matcher(subject).find()
        ? Optional.of(HealthStatus.HEALTHY)
        : Optional.empty();
  }

  /** Job is what an ImportJob may call itself; letters that begin no word of the kind do not. */
  private static boolean isKind(String subject, String kind) {
    String capital = subject.substring(0, 1).toUpperCase(Locale.ROOT) + subject.substring(1);
    return kind.equalsIgnoreCase(subject) || kind.endsWith(capital);
  }

  /** Whether something is a name for the object, or what the field is about: topicState. */
  private static boolean isItself(String subject, String field) {
    return ITSELF.contains(subject.toLowerCase(Locale.ROOT))
        || FIELDS.matcher(field).replaceFirst("").equalsIgnoreCase(subject);
  }

  /** Whether a condition is not met because somebody stopped what would meet it. */
  static boolean stopped(JsonNode condition) {
    return STOPPED.matcher(condition.path("reason").asString("")).find();
  }

  /** Whether the reason of a condition, or else its message, tells of a failure. */
  static boolean wentWrong(JsonNode condition) {
    String reason = condition.path("reason").asString("");
    return WENT_WRONG
        .matcher(reason.isEmpty() ? condition.path("message").asString("") : reason)
        .find();
  }

  /** Whether a reason names what is good, although the condition is not met yet. */
  private static boolean foretold(String reason) {
    return ConditionType.of(reason) == ConditionType.GOOD && !NEGATED.matcher(reason).find();
  }

  /** Whether the reason of a condition tells of work that goes on. */
  static boolean underWay(JsonNode condition) {
    String reason = condition.path("reason").asString("");
    return GETTING_THERE.matcher(reason).find() || AT_WORK.matcher(reason).find();
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
    if (AT_WORK.matcher(reason).find() || foretold(reason)) {
      return false;
    }
    return !reason.isEmpty() && !GETTING_THERE.matcher(message).find();
  }
}
