package io.gitops4j.k8s.internal.diff;

import io.gitops4j.error.Failure;
import io.gitops4j.error.Stage;
import io.gitops4j.inventory.InventoryReader;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;

/**
 * Who the other targets are whose labels were met, by the inventories that they keep in the
 * cluster. One that cannot be looked at lives. Immutable.
 */
final class Owners {
  static final Owners NOBODY = new Owners(Map.of(), Optional.empty());

  private static final String LABEL = "gitops4j.io/inventory-of";

  private final Map<String, Owner> byHash;
  private final Optional<Failure> unknown;

  private Owners(Map<String, Owner> byHash, Optional<Failure> unknown) {
    this.byHash = byHash;
    this.unknown = unknown;
  }

  /** A target with an inventory, and what that names where it can be read. */
  private record Owner(String name, boolean readable, Set<ResourceId> owned) {}

  /** Asks who they are. */
  static Owners of(
      Set<String> hashes,
      String stateNamespace,
      KubeHttp http,
      InventoryReader inventories,
      OperationContext context) {
    if (hashes.isEmpty()) {
      return NOBODY;
    }
    KubeResponse answer;
    try {
      answer =
          http.get(
              "/api/v1/secrets",
              Map.of("labelSelector", LABEL + " in (" + String.join(",", hashes) + ")"),
              KubeHttp.METADATA_LIST,
              Stage.DIFF,
              context);
    } catch (ExecutionException e) {
      throw KubeFailures.cannotLook(
          KubeFailures.lost(Stage.DIFF, "inventories of other targets", http.server(), e));
    }
    if (!answer.ok()) {
      return new Owners(
          Map.of(),
          Optional.of(KubeFailures.of(Stage.DIFF, "inventories of other targets", answer)));
    }
    Map<String, Owner> owners = new HashMap<>();
    for (JsonNode item : answer.body().path("items")) {
      JsonNode metadata = item.path("metadata");
      String name = metadata.path("annotations").path("gitops4j.io/target").asString("");
      boolean near = metadata.path("namespace").asString("").equals(stateNamespace);
      owners.put(
          metadata.path("labels").path(LABEL).asString(""),
          new Owner(
              name,
              near,
              near ? inventories.load(new TargetId(name), context).entries().keySet() : Set.of()));
    }
    return new Owners(owners, Optional.empty());
  }

  /**
   * Whether a target owns an object: its inventory says so, or says nothing that can be read.
   *
   * @throws io.gitops4j.error.DiffException when inventories could not be looked for
   */
  boolean owns(String hash, ResourceId id) {
    if (unknown.isPresent()) {
      throw KubeFailures.cannotLook(unknown.get());
    }
    Owner owner = byHash.get(hash);
    return owner != null && (!owner.readable() || owner.owned().contains(id));
  }

  /** What a target is called, for people. */
  String name(String hash) {
    Owner owner = byHash.get(hash);
    return owner == null
        ? "another target, whose label value is " + hash
        : "target " + owner.name();
  }
}
