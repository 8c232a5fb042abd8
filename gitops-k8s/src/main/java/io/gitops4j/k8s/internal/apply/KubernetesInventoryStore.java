package io.gitops4j.k8s.internal.apply;

import io.gitops4j.internal.json.ResourceIdJson;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.Watched;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.PinStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Inventories as Secrets, because fingerprints are hashes of secret values too. One that was read
 * or stored here is read again only when the watched Secret moved since.
 */
public final class KubernetesInventoryStore implements InventoryStore {
  private final StateSecret secret;
  private final WatchedState watched;
  private final Map<TargetId, Inventory> last = new ConcurrentHashMap<>();

  /** Keeps them in the given namespace, which is created when it is missing. */
  public KubernetesInventoryStore(KubeHttp http, String namespace, Observer observer) {
    this.secret = new StateSecret(http, namespace, "inventory");
    this.watched = new WatchedState(observer, namespace, secret.label());
  }

  /** Where pins are kept: beside the inventories, so that one look tells of both. */
  public PinStore pins() {
    return new KubernetesPinStore(secret.beside("pin"), watched);
  }

  @Override
  public Inventory load(TargetId target, OperationContext context) {
    Optional<WatchedState.Look> look = watched.next(target, context);
    Optional<String> stands = look.flatMap(l -> l.version(secret.id(target)));
    Inventory known = last.get(target);
    if (known != null && stands.isPresent() && stands.equals(headVersion(known))) {
      return known;
    }
    Map<String, JsonNode> listed = look.map(WatchedState.Look::listed).orElse(Map.of());
    Inventory read = read(target, listed, context);
    if (look.isPresent()) {
      last.put(target, read);
    }
    return read;
  }

  /** What moves when the inventory of a target does. */
  public Watched watched(TargetId target) {
    return watched.of(target);
  }

  private static Optional<String> headVersion(Inventory inventory) {
    return inventory.version().flatMap(v -> v.lines().findFirst());
  }

  private Inventory read(TargetId target, Map<String, JsonNode> listed, OperationContext context) {
    Optional<StateSecret.Stored> stored = secret.load(target, listed, context);
    if (stored.isEmpty()) {
      return Inventory.empty();
    }
    SortedMap<ResourceId, InventoryEntry> entries = new TreeMap<>();
    for (JsonNode entry : stored.get().document().path("entries")) {
      // Thousands of entries share a few groups, kinds, versions and namespaces.
      ResourceId id =
          new ResourceId(
              entry.path("group").asString("").intern(),
              entry.path("kind").asString("").intern(),
              entry.path("namespace").asString("").intern(),
              entry.path("name").asString(""));
      entries.put(
          id,
          new InventoryEntry(
              id,
              entry.path("apiVersion").asString("").intern(),
              optional(entry, "desired", Digest::parse),
              optional(entry, "fingerprint", Digest::parse),
              optional(entry, "uid", Function.identity())));
    }
    Set<String> records = new HashSet<>();
    stored.get().document().path("records").forEach(r -> records.add(r.asString("")));
    return new Inventory(entries, Optional.of(version(stored.get())), records);
  }

  @Override
  public Inventory save(TargetId target, Inventory inventory, OperationContext context) {
    ObjectNode document = KubeHttp.JSON.createObjectNode().put("format", 1);
    inventory.records().stream().sorted().forEach(r -> document.withArray("/records").add(r));
    ArrayNode entries = document.putArray("entries");
    for (InventoryEntry entry : inventory.entries().values()) {
      ObjectNode node =
          ResourceIdJson.write(entry.id(), entries.addObject())
              .put("apiVersion", entry.apiVersion());
      entry.desired().ifPresent(d -> node.put("desired", d.toString()));
      entry.fingerprint().ifPresent(f -> node.put("fingerprint", f.toString()));
      entry.uid().ifPresent(u -> node.put("uid", u));
    }
    List<String> known = inventory.version().map(v -> v.lines().toList()).orElse(List.of());
    StateSecret.Stored stored =
        secret.save(
            target, document, known.stream().findFirst(), known.stream().skip(1).toList(), context);
    Inventory saved =
        new Inventory(inventory.entries(), Optional.of(version(stored)), inventory.records());
    last.computeIfPresent(target, (t, before) -> saved);
    watched.wrote(target, secret.id(target), stored.head());
    return saved;
  }

  /** The parts belong to the version: a later save must remove the ones it replaces. */
  private static String version(StateSecret.Stored stored) {
    return String.join("\n", stored.version(), String.join("\n", stored.parts())).strip();
  }

  private static <T> Optional<T> optional(JsonNode entry, String key, Function<String, T> reader) {
    String text = entry.path(key).asString("");
    return text.isEmpty() ? Optional.empty() : Optional.of(reader.apply(text));
  }
}
