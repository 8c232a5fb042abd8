package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.InventoryException;
import io.gitops4j.internal.json.HistoryJson;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.HistoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The record of passes as a Secret; the newest ten, fewer when they are large. What was stored here
 * last is added to without being read again, until somebody else stores one. Thread-safe.
 */
public final class KubernetesHistoryStore implements HistoryStore {
  private static final int LARGEST = 600 * 1024;

  /** What is remembered of a target, for whom there may be thousands. */
  private static final int REMEMBERED = 32 * 1024;

  private final int kept;
  private final StateSecret secret;
  private final Map<TargetId, Remembered> last = new ConcurrentHashMap<>();

  /** Keeps it in the given namespace, which is created when it is missing. */
  public KubernetesHistoryStore(KubeHttp http, String namespace, int kept) {
    this.kept = kept;
    this.secret = new StateSecret(http, namespace, "history");
  }

  @Override
  public int limit() {
    return kept;
  }

  /** A record as it was stored, packed. */
  private record Remembered(String version, List<String> parts, byte[] packed) {}

  /** A record that is added to; without a version there is none yet. */
  private record Before(JsonNode document, Optional<String> version, List<String> parts) {}

  @Override
  public void add(TargetId target, HistoryEntry entry, OperationContext context) {
    Remembered known = last.remove(target);
    if (known != null) {
      JsonNode document = secret.unpack(known.packed(), target);
      try {
        add(
            target,
            entry,
            new Before(document, Optional.of(known.version()), known.parts()),
            context);
        return;
      } catch (InventoryException e) {
        if (!e.code().equals(StateSecret.CONFLICT)) {
          throw e;
        }
      }
    }
    Before stored =
        secret
            .load(target, context)
            .map(s -> new Before(s.document(), Optional.of(s.version()), s.parts()))
            .orElse(new Before(KubeHttp.JSON.missingNode(), Optional.empty(), List.of()));
    add(target, entry, stored, context);
  }

  private void add(TargetId target, HistoryEntry entry, Before before, OperationContext context) {
    ObjectNode document = KubeHttp.JSON.createObjectNode().put("format", 1);
    ArrayNode entries = document.putArray("entries");
    JsonNode written = KubeHttp.JSON.readTree(HistoryJson.write(entry));
    boolean again = false;
    for (JsonNode kept : before.document().path("entries")) {
      boolean same = HistoryJson.samePass(kept, entry);
      entries.add(same ? written : kept);
      again |= same;
    }
    if (!again) {
      entries.insert(0, written);
    }
    while (entries.size() > kept) {
      entries.remove(entries.size() - 1);
    }
    byte[] packed = PackedJson.pack(document);
    while (entries.size() > 1 && packed.length > LARGEST) {
      entries.remove(entries.size() - 1);
      packed = PackedJson.pack(document);
    }
    StateSecret.Stored now =
        secret.save(target, document, before.version(), before.parts(), context);
    if (packed.length <= REMEMBERED) {
      last.put(target, new Remembered(now.version(), now.parts(), packed));
    }
  }

  @Override
  public List<HistoryEntry> list(TargetId target, OperationContext context) {
    List<HistoryEntry> entries = new ArrayList<>();
    secret
        .load(target, context)
        .ifPresent(
            s ->
                s.document()
                    .path("entries")
                    .forEach(e -> entries.add(HistoryJson.read(e.toString()))));
    return entries;
  }
}
