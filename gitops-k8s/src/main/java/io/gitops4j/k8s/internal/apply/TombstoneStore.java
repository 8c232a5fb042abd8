package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.Plan;
import io.gitops4j.diff.PlanId;
import io.gitops4j.internal.json.ResourceIdJson;
import io.gitops4j.k8s.Tombstone;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.diff.Normalization;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was removed, newest first, as Secrets: what is kept may be Secrets itself. Thread-safe as
 * far as one process reconciles a target.
 */
public final class TombstoneStore {
  private final StateSecret secret;
  private final Tombstone.Limits limits;
  private final Clock clock;

  /** Keeps them in the given namespace, which is created when it is missing. */
  public TombstoneStore(KubeHttp http, String namespace, Tombstone.Limits limits, Clock clock) {
    this.secret = new StateSecret(http, namespace, "tombstones");
    this.limits = limits;
    this.clock = clock;
  }

  /** A tombstone with what it stands for. */
  record Kept(Tombstone tombstone, ObjectNode object) {}

  /** What fits: as many as are kept at all, and no more bytes than are kept of all. */
  final class Selection {
    private final Plan<?> plan;
    private final Instant now = clock.instant();
    private final List<Kept> chosen = new ArrayList<>();
    private long bytes;

    Selection(Plan<?> plan) {
      this.plan = plan;
    }

    /** Adds a live object; the text says why it is not kept, empty when it is. */
    String add(ResourceId id, JsonNode live) {
      if (limits.count() == 0) {
        return "";
      }
      ObjectNode object = remains(live);
      long size = KubeHttp.JSON.writeValueAsBytes(object).length;
      if (chosen.size() == limits.count() || bytes + size > limits.bytes()) {
        return "no tombstone was kept: with its %d bytes there would be more than %d objects or %d bytes"
            .formatted(size, limits.count(), limits.bytes());
      }
      bytes += size;
      chosen.add(
          new Kept(
              new Tombstone(
                  id,
                  live.path("apiVersion").asString(""),
                  live.path("metadata").path("uid").asString(""),
                  now,
                  plan.desired().revision().toString(),
                  plan.id(),
                  size),
              object));
      return "";
    }

    /** Stores them, in one write, before those that are there already. */
    void store(OperationContext context) {
      if (chosen.isEmpty()) {
        return;
      }
      Optional<StateSecret.Stored> stored = secret.load(plan.target(), context);
      List<Kept> before = stored.map(s -> read(s.document())).orElse(List.of());
      Map<String, Kept> known = new HashMap<>();
      before.forEach(k -> known.put(k.tombstone().uid(), k));
      // A removal that is refused is tried by every pass: the same need not be written each time.
      if (chosen.stream().allMatch(k -> sameObject(k, known.get(k.tombstone().uid())))) {
        return;
      }
      List<Kept> all = new ArrayList<>(chosen);
      chosen.forEach(k -> known.remove(k.tombstone().uid()));
      before.stream().filter(k -> known.containsKey(k.tombstone().uid())).forEach(all::add);
      secret.save(
          plan.target(),
          document(all),
          stored.map(StateSecret.Stored::version),
          stored.map(StateSecret.Stored::parts).orElse(List.of()),
          context);
    }
  }

  /** What is kept for a target, newest first. */
  public List<Tombstone> list(TargetId target, OperationContext context) {
    return secret
        .load(target, context)
        .map(s -> read(s.document()).stream().map(Kept::tombstone).toList())
        .orElse(List.of());
  }

  /** The object that a tombstone stands for, empty when it is not kept any more. */
  Optional<ObjectNode> object(TargetId target, Tombstone wanted, OperationContext context) {
    return secret
        .load(target, context)
        .flatMap(
            s ->
                read(s.document()).stream()
                    .filter(k -> k.tombstone().uid().equals(wanted.uid()))
                    .filter(k -> k.tombstone().id().equals(wanted.id()))
                    .map(Kept::object)
                    .findFirst());
  }

  private static boolean sameObject(Kept one, @Nullable Kept other) {
    return other != null && one.object().equals(other.object());
  }

  /** What another instance can be made of. What its former owner controlled belongs to nobody. */
  private static ObjectNode remains(JsonNode live) {
    ObjectNode object = (ObjectNode) live.deepCopy();
    object.remove("status");
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    metadata.remove(Normalization.SERVER_WRITTEN);
    metadata.remove(List.of("ownerReferences", "deletionGracePeriodSeconds"));
    if (metadata.path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(TakeOver.COPIES);
    }
    return object;
  }

  private ObjectNode document(List<Kept> all) {
    ObjectNode document = KubeHttp.JSON.createObjectNode().put("format", 1);
    ArrayNode entries = document.putArray("entries");
    long bytes = 0;
    for (Kept kept : all) {
      Tombstone stone = kept.tombstone();
      bytes += stone.bytes();
      if (entries.size() == limits.count() || bytes > limits.bytes()) {
        break;
      }
      ResourceIdJson.write(stone.id(), entries.addObject())
          .put("apiVersion", stone.apiVersion())
          .put("uid", stone.uid())
          .put("time", stone.time().toString())
          .put("revision", stone.revision())
          .put("plan", stone.plan().toString())
          .put("bytes", stone.bytes())
          .set("object", kept.object());
    }
    return document;
  }

  private static List<Kept> read(JsonNode document) {
    List<Kept> all = new ArrayList<>();
    for (JsonNode entry : document.path("entries")) {
      all.add(
          new Kept(
              new Tombstone(
                  ResourceIdJson.read(entry),
                  entry.path("apiVersion").asString(""),
                  entry.path("uid").asString(""),
                  Instant.parse(entry.path("time").asString("")),
                  entry.path("revision").asString(""),
                  new PlanId(Digest.parse(entry.path("plan").asString(""))),
                  entry.path("bytes").asLong(0)),
              (ObjectNode) entry.path("object")));
    }
    return all;
  }
}
