package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.json.PinJson;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import io.gitops4j.reconcile.PinStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Pins as Secrets, with the label of inventories: the stream that tells where those stand tells of
 * pins, too. A pin is read again only when the stream tells of another state than the one known.
 */
final class KubernetesPinStore implements PinStore {
  /** The version of what is not there. */
  private static final String NONE = "";

  private final StateSecret secret;
  private final WatchedState watched;
  private final Map<TargetId, Known> last = new ConcurrentHashMap<>();

  KubernetesPinStore(StateSecret secret, WatchedState watched) {
    this.secret = secret;
    this.watched = watched;
  }

  /** A state that was read or written here. */
  private record Known(String version, Optional<Pin> pin) {}

  @Override
  public Optional<Pin> load(TargetId target, OperationContext context) {
    Known before = last.get(target);
    Optional<WatchedState.Look> look = watched.first(target, context);
    Optional<String> stands = look.map(l -> l.version(secret.id(target)).orElse(NONE));
    if (before != null && stands.equals(Optional.of(before.version()))) {
      return before.pin();
    }
    Known read = read(target, look, context);
    // The stream may be behind our own write, and somebody may have written here meanwhile.
    if (stands.equals(Optional.of(read.version()))) {
      last.compute(target, (t, now) -> now == before ? read : now);
    }
    return read.pin();
  }

  private Known read(TargetId target, Optional<WatchedState.Look> look, OperationContext context) {
    Map<String, JsonNode> listed = look.map(WatchedState.Look::listed).orElse(Map.of());
    // A list that shows the target's other documents and no pin says that there is none.
    boolean none = !listed.isEmpty() && look.get().version(secret.id(target)).isEmpty();
    return none
        ? none()
        : secret.load(target, listed, context).map(s -> known(s, target)).orElse(none());
  }

  /** Whoever pins last wins: what is wished now is wished knowing what was applied. */
  @Override
  public void save(TargetId target, Pin pin, OperationContext context) {
    Optional<StateSecret.Stored> before = secret.load(target, context);
    StateSecret.Stored now =
        secret.save(
            target,
            KubeHttp.JSON.readTree(PinJson.write(pin)),
            before.map(StateSecret.Stored::version),
            before.map(StateSecret.Stored::parts).orElse(List.of()),
            context);
    last.put(target, new Known(now.version(), Optional.of(pin)));
  }

  @Override
  public void remove(TargetId target, OperationContext context) {
    secret.load(target, context).ifPresent(s -> secret.remove(target, s.parts(), context));
    last.put(target, none());
  }

  private Known known(StateSecret.Stored stored, TargetId target) {
    try {
      return new Known(stored.version(), Optional.of(PinJson.read(stored.document().toString())));
    } catch (IllegalArgumentException e) {
      throw new InventoryException(
          "PIN-DAMAGED",
          Retryability.NEVER,
          target.name(),
          "its pin in " + secret.id(target) + " cannot be read: " + e.getMessage(),
          "delete the Secret: the target then follows its source",
          e);
    }
  }

  private static Known none() {
    return new Known(NONE, Optional.empty());
  }
}
