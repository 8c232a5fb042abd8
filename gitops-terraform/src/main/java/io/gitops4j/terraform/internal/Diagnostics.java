package io.gitops4j.terraform.internal;

import io.gitops4j.error.ApplyException;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.terraform.StateLockedException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the program says is wrong, and what that means. Not thread-safe. */
final class Diagnostics {
  static final JsonMapper JSON = new JsonMapper();
  private static final DateTimeFormatter CREATED =
      DateTimeFormatter.ofPattern(
          "yyyy-MM-dd HH:mm:ss[.SSSSSSSSS][.SSSSSSSS][.SSSSSSS][.SSSSSS]"
              + "[.SSSSS][.SSSS][.SSS][.SS][.S] Z 'UTC'",
          Locale.ROOT);

  /** The backend did not take the lock back. */
  static final String LOCK_KEPT = "Error releasing the state lock";

  private static final Pattern NOT_LOCKED =
      Pattern.compile("Error acquiring the state lock|Error locking state");
  private static final Pattern HELD = Pattern.compile("already locked:\\s+ID=(\\S+)");

  private final Secrets secrets;
  private final List<JsonNode> errors = new ArrayList<>();

  Diagnostics(Secrets secrets) {
    this.secrets = secrets;
  }

  /** Takes a line of the program's output; what is no JSON says nothing that is looked at. */
  Optional<JsonNode> take(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JacksonException e) {
      return Optional.empty();
    }
    JsonNode diagnostic = node.path("diagnostic");
    if (diagnostic.path("severity").asString("").equals("error")) {
      errors.add(diagnostic);
    }
    return Optional.of(node);
  }

  /** What was said of one resource. */
  Optional<String> of(String address) {
    return errors.stream()
        .filter(d -> d.path("address").asString("").equals(address))
        .map(this::text)
        .findFirst();
  }

  /** The error that a run ended with. */
  GitOpsException failure(Stage stage, String subject, Tool.Result result) {
    // What a provider says while the world is asked comes with the resource that it is said of, and
    // with its place in the file all the same: a token that expired is no mistake of the file.
    return failure(
        stage,
        subject,
        result,
        d -> stage != Stage.APPLY && placed(d) && !d.path("address").isString());
  }

  /** The error of a configuration that was looked at by itself: nothing was contacted. */
  GitOpsException invalid(Stage stage, String subject, Tool.Result result) {
    return failure(stage, subject, result, Diagnostics::placed);
  }

  private GitOpsException failure(
      Stage stage, String subject, Tool.Result result, Predicate<JsonNode> mistake) {
    if (errors.isEmpty()) {
      String said = secrets.mask(result.errors());
      return error(
          stage,
          "TERRAFORM-FAILED",
          Retryability.RETRY,
          subject,
          "the program ended with " + result.exit() + (said.isEmpty() ? "" : ": " + said),
          "look at what it says");
    }
    JsonNode first = errors.get(0);
    String summary = first.path("summary").asString("");
    if (NOT_LOCKED.matcher(summary).matches()) {
      return locked(stage, subject, first.path("detail").asString(""));
    }
    List<String> all = errors.stream().map(this::text).distinct().limit(10).toList();
    String reason = String.join("; ", all);
    Meaning meaning =
        Meaning.of(first).orElse(mistake.test(first) ? Meaning.CONFIGURATION : Meaning.OTHER);
    return error(stage, meaning.code, meaning.retryability, subject, reason, meaning.next);
  }

  private static GitOpsException error(
      Stage stage, String code, Retryability retry, String subject, String why, String next) {
    return stage == Stage.APPLY
        ? new ApplyException(code, retry, subject, why, next, null)
        : new DiffException(code, retry, subject, why, next, null);
  }

  /** What a summary means; the words are those of Terraform 1.x and OpenTofu 1.x. */
  private enum Meaning {
    STALE_PLAN(
        "TERRAFORM-STALE-PLAN",
        Retryability.RETRY,
        "the next pass plans again",
        "saved plan is stale",
        "saved plan does not match"),
    PREVENT_DESTROY(
        "TERRAFORM-PREVENT-DESTROY",
        Retryability.RETRY_ON_CHANGE,
        "remove prevent_destroy from the configuration first, if it shall go",
        "instance cannot be destroyed"),
    VERSION(
        "TERRAFORM-VERSION",
        Retryability.RETRY_ON_CHANGE,
        "use a program of a version that required_version allows",
        "unsupported terraform core version",
        "unsupported opentofu core version"),
    VARIABLE(
        "TERRAFORM-VARIABLE",
        Retryability.RETRY_ON_CHANGE,
        "give the variable a value of its type",
        "no value for required variable",
        "invalid value for variable",
        "invalid value for input variable",
        "invalid variable",
        "failed to read variables file"),
    PROVIDER(
        "TERRAFORM-PROVIDER",
        Retryability.RETRY,
        "check the provider's address and version, the lock file, and where providers come from",
        "failed to query available provider packages",
        "failed to install provider",
        "provider dependency changes detected",
        "inconsistent dependency lock file",
        "required plugins are not installed",
        "invalid provider registry host",
        "could not resolve provider",
        "failed to resolve provider"),
    INCOMPLETE_BACKEND(
        "TERRAFORM-BACKEND",
        Retryability.RETRY_ON_CHANGE,
        "say all settings of the backend in the file, or the whole backend with"
            + " TerraformRenderer.Builder.backend: there is no -backend-config",
        "missing required value", // s3, oss
        "missing region value",
        "address argument is required", // http
        "required field is not set"), // azurerm, gcs
    BACKEND(
        "TERRAFORM-BACKEND",
        Retryability.RETRY,
        "check the backend's address and credentials",
        "error refreshing state",
        "error loading state",
        "failed to get existing workspaces",
        "error configuring the backend",
        "failed to save state",
        "failed to persist state",
        "error inspecting states",
        "backend initialization required",
        "error saving state",
        "failed to load state"),
    CONFIGURATION("TERRAFORM-CONFIGURATION", Retryability.RETRY_ON_CHANGE, "correct the file"),
    OTHER("TERRAFORM-FAILED", Retryability.RETRY, "mend what it says; the next pass goes on");

    private final String code;
    private final Retryability retryability;
    private final String next;
    private final List<String> summaries;

    Meaning(String code, Retryability retryability, String next, String... summaries) {
      this.code = code;
      this.retryability = retryability;
      this.next = next;
      this.summaries = List.of(summaries);
    }

    static Optional<Meaning> of(JsonNode diagnostic) {
      String said = diagnostic.path("summary").asString("").toLowerCase(Locale.ROOT);
      // Providers miss settings of resources in the same words.
      boolean ofResource = diagnostic.path("address").isString();
      return Arrays.stream(values())
          .filter(m -> m.summaries.stream().anyMatch(said::contains))
          .filter(m -> m != INCOMPLETE_BACKEND || !ofResource)
          .findFirst();
    }
  }

  private static boolean placed(JsonNode diagnostic) {
    return diagnostic.path("range").has("filename");
  }

  private String text(JsonNode diagnostic) {
    StringBuilder text = new StringBuilder();
    JsonNode range = diagnostic.path("range");
    if (placed(diagnostic)) {
      text.append(range.path("filename").asString(""))
          .append(", line ")
          .append(range.path("start").path("line").asInt(0))
          .append(": ");
    }
    text.append(diagnostic.path("summary").asString(""));
    String address = diagnostic.path("address").asString("");
    if (!address.isEmpty()) {
      text.append(" (").append(address).append(')');
    }
    String detail = diagnostic.path("detail").asString("").strip();
    if (!detail.isEmpty()) {
      text.append(": ").append(detail.replaceAll("\\s+", " "));
    }
    return secrets.mask(text.toString());
  }

  /** The lock that kept a command from its work, of those that write no JSON. */
  static Optional<StateLockedException> lock(Stage stage, String subject, String errors) {
    return NOT_LOCKED.matcher(errors).find()
        ? Optional.of(locked(stage, subject, errors))
        : Optional.empty();
  }

  private static StateLockedException locked(Stage stage, String subject, String detail) {
    // The HTTP backend answers with the lock that was wanted, and names only the id of the one
    // held.
    Matcher held = HELD.matcher(detail);
    if (held.find() && !held.group(1).equals(part(detail, "ID"))) {
      return new StateLockedException(
          stage,
          subject,
          held.group(1),
          "somebody whom the backend does not name",
          Optional.empty());
    }
    String operation = part(detail, "Operation");
    return new StateLockedException(
        stage,
        subject,
        part(detail, "ID"),
        part(detail, "Who") + (operation.isEmpty() ? "" : " for " + operation),
        created(part(detail, "Created")));
  }

  private static Optional<Instant> created(String text) {
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(
              OffsetDateTime.parse(text.replaceFirst(" UTC$", " UTC"), CREATED)
                  .withOffsetSameInstant(ZoneOffset.UTC)
                  .toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty(); // a backend that writes it in another way: the age is not known
    }
  }

  private static String part(String detail, String name) {
    Matcher line = Pattern.compile("(?m)^\\s*" + name + ":\\s*(.*?)\\s*$").matcher(detail);
    return line.find() ? line.group(1) : "";
  }
}
