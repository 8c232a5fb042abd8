package io.gitops4j.k8s.internal.apply;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.order.SyncRecord;
import io.gitops4j.k8s.internal.order.SyncRecords;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records of syncs as Secrets, because hooks for the end may hold secret values. What this store
 * read last is good enough for a plan while the inventory stands; a sync reads anew. Thread-safe.
 */
public final class SyncRecordStore implements SyncRecords {
  private final StateSecret secret;
  private final Map<TargetId, Known> last = new ConcurrentHashMap<>();

  /** A record, and the version of the inventory that it was read beside. */
  private record Known(SyncRecord record, Optional<String> inventory) {}

  /** Keeps them in the given namespace. */
  public SyncRecordStore(KubeHttp http, String namespace) {
    this.secret = new StateSecret(http, namespace, SyncRecord.NAME);
  }

  @Override
  public SyncRecord beside(Inventory inventory, TargetId target, OperationContext context) {
    if (!inventory.records().contains(SyncRecord.NAME)) {
      return SyncRecord.NONE;
    }
    Known known = last.get(target);
    // A sync of somebody else moves the inventory, too.
    if (known != null && known.inventory().equals(inventory.version())) {
      return known.record();
    }
    SyncRecord read = open(target, context).record();
    last.put(target, new Known(read, inventory.version()));
    return read;
  }

  /** Reads it anew, to be changed by whoever has it. */
  Session open(TargetId target, OperationContext context) {
    // Hooks alone may have run elsewhere, which moves no inventory.
    last.remove(target);
    return new Session(target, secret.load(target, context));
  }

  /** One target's record while a sync changes it; for one thread. */
  final class Session {
    private final TargetId target;
    private Optional<StateSecret.Stored> stored;
    private SyncRecord saved;
    private SyncRecord record;

    private Session(TargetId target, Optional<StateSecret.Stored> stored) {
      this.target = target;
      this.stored = stored;
      this.record = stored.map(s -> SyncRecordJson.read(s.document())).orElse(SyncRecord.NONE);
      this.saved = record;
    }

    SyncRecord record() {
      return record;
    }

    /** Remembers; kept for others only once it is saved. */
    void set(SyncRecord next) {
      record = next;
    }

    /**
     * Stores what was set.
     *
     * @throws io.gitops4j.error.InventoryException when somebody else stored one since
     */
    void save(OperationContext context) {
      if (record.equals(saved)) {
        return;
      }
      last.remove(target);
      List<String> parts = stored.map(StateSecret.Stored::parts).orElse(List.of());
      if (record.equals(SyncRecord.NONE)) {
        secret.remove(target, parts, context);
        stored = Optional.empty();
      } else {
        stored =
            Optional.of(
                secret.save(
                    target,
                    SyncRecordJson.write(record),
                    stored.map(StateSecret.Stored::version),
                    parts,
                    context));
      }
      saved = record;
    }
  }
}
