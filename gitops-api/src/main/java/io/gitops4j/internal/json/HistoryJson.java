package io.gitops4j.internal.json;

import io.gitops4j.apply.Actuation;
import io.gitops4j.diff.Action;
import io.gitops4j.diff.PlanId;
import io.gitops4j.diff.Reason;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.ReconcileOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The record of a pass as JSON, the same in every provider's store. */
public final class HistoryJson {
  private static final JsonMapper JSON = new JsonMapper();

  private HistoryJson() {}

  /** One line of JSON. */
  public static String write(HistoryEntry entry) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("operation", entry.operationId())
            .put("outcome", entry.outcome().name())
            .put("plan", entry.plan().digest().toString())
            .put("started", entry.started().toString())
            .put("took", entry.took().toString())
            .put("scope", entry.scope().name());
    RevisionJson.write(entry.revision(), node);
    entry.pin().ifPresent(p -> PinJson.write(p, node.putObject("pin")));
    entry
        .trial()
        .ifPresent(
            t -> {
              ObjectNode trial = node.putObject("trial");
              write(t.before(), trial.putArray("before"));
              write(t.awaited(), trial.putArray("awaited"));
            });
    ArrayNode lines = node.putArray("lines");
    for (HistoryEntry.Line line : entry.lines()) {
      ObjectNode written =
          ResourceIdJson.write(line.id(), lines.addObject())
              .put("action", line.action().name())
              .put("reason", line.reason().name())
              .put("actuation", line.actuation().name())
              .put("health", line.health().status().name());
      if (!line.health().message().isEmpty()) {
        written.put("message", line.health().message());
      }
      line.failure().ifPresent(f -> written.put("failure", f));
    }
    return node.toString();
  }

  private static void write(Set<ResourceId> ids, ArrayNode to) {
    ids.stream().sorted().forEach(id -> ResourceIdJson.write(id, to.addObject()));
  }

  private static Set<ResourceId> ids(JsonNode nodes) {
    return nodes.valueStream().map(ResourceIdJson::read).collect(Collectors.toSet());
  }

  /** What {@link #write} wrote. */
  public static HistoryEntry read(String text) {
    JsonNode node = JSON.readTree(text);
    List<HistoryEntry.Line> lines = new ArrayList<>();
    for (JsonNode line : node.path("lines")) {
      lines.add(
          new HistoryEntry.Line(
              ResourceIdJson.read(line),
              Action.valueOf(line.path("action").asString("")),
              Reason.valueOf(line.path("reason").asString("")),
              Actuation.valueOf(line.path("actuation").asString("")),
              new Health(
                  HealthStatus.valueOf(line.path("health").asString(HealthStatus.UNKNOWN.name())),
                  line.path("message").asString("")),
              line.has("failure")
                  ? Optional.of(line.path("failure").asString(""))
                  : Optional.empty()));
    }
    return new HistoryEntry(
        node.path("operation").asString(""),
        RevisionJson.read(node),
        ReconcileOutcome.Kind.valueOf(node.path("outcome").asString("")),
        new PlanId(Digest.parse(node.path("plan").asString(""))),
        Instant.parse(node.path("started").asString("")),
        Duration.parse(node.path("took").asString("")),
        node.has("pin") ? Optional.of(PinJson.read(node.path("pin"))) : Optional.empty(),
        // An entry of before there were selections was about everything.
        HistoryEntry.Scope.valueOf(node.path("scope").asString(HistoryEntry.Scope.WHOLE.name())),
        node.has("trial") ? Optional.of(trial(node.path("trial"))) : Optional.empty(),
        lines);
  }

  /** What {@link HistoryEntry#samePass} says, of an entry that is not read. */
  public static boolean samePass(JsonNode kept, HistoryEntry entry) {
    return kept.path("operation").asString("").equals(entry.operationId())
        && kept.path("started").asString("").equals(entry.started().toString())
        && kept.path("plan").asString("").equals(entry.plan().digest().toString());
  }

  private static HistoryEntry.Trial trial(JsonNode node) {
    return new HistoryEntry.Trial(ids(node.path("before")), ids(node.path("awaited")));
  }
}
