package io.gitops4j.k8s.internal.apply;

import io.gitops4j.internal.json.HistoryJson;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import io.gitops4j.reconcile.HistoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The record of passes as a Secret; the newest ten, fewer when they are large. */
public final class KubernetesHistoryStore implements HistoryStore {
  private static final int LARGEST = 600 * 1024;

  private final int kept;
  private final StateSecret secret;

  /** Keeps it in the given namespace, which is created when it is missing. */
  public KubernetesHistoryStore(KubeHttp http, String namespace, int kept) {
    this.kept = kept;
    this.secret = new StateSecret(http, namespace, "history");
  }

  @Override
  public void add(TargetId target, HistoryEntry entry, OperationContext context) {
    Optional<StateSecret.Stored> stored = secret.load(target, context);
    ObjectNode document = KubeHttp.JSON.createObjectNode().put("format", 1);
    ArrayNode entries = document.putArray("entries");
    entries.add(KubeHttp.JSON.readTree(HistoryJson.write(entry)));
    stored.ifPresent(s -> s.document().path("entries").forEach(entries::add));
    while (entries.size() > kept
        || entries.size() > 1 && StateSecret.packedSize(document) > LARGEST) {
      entries.remove(entries.size() - 1);
    }
    secret.save(
        target,
        document,
        stored.map(StateSecret.Stored::version),
        stored.map(StateSecret.Stored::parts).orElse(List.of()),
        context);
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
