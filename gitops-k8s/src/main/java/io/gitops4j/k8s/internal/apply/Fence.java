package io.gitops4j.k8s.internal.apply;

import io.gitops4j.diff.Change;
import io.gitops4j.diff.Plan;
import io.gitops4j.diff.Reason;
import io.gitops4j.error.Failure;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.json.ResourceIdJson;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryStore;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.operation.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the server refuse what a replica writes that lost its lease without noticing. Before a pass
 * writes, it stores what it is about to write; only then it looks at its lease, and writes. Whoever
 * takes over reads that, and moves the version of everything that may be on its way: a write over
 * an older version is refused. So is a create of what is there. One that arrives where nothing is
 * cannot be refused: it is looked for afterwards, and is owned when it is found. Thread-safe.
 */
final class Fence {
  private static final Logger LOG = LoggerFactory.getLogger(Fence.class);
  private static final String MARK = "gitops4j.io/fence";

  /** After so long, what was on its way does not arrive any more. */
  private static final Duration LATE = Duration.ofHours(1);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final KubeHttp http;
  private final KubeHttp own;
  private final Discovery discovery;
  private final InventoryStore inventories;
  private final StateSecret intents;
  private final StateSecret inventorySecret;
  private final String namespace;
  private final Map<TargetId, Tenure> tenures = new ConcurrentHashMap<>();

  /**
   * Keeps its Secrets in our own name.
   *
   * @param http in the name of who writes the objects
   */
  Fence(KubeHttp http, Discovery discovery, InventoryStore inventories, String namespace) {
    this.http = http;
    this.own = http.own();
    this.discovery = discovery;
    this.inventories = inventories;
    this.intents = new StateSecret(own, namespace, "intent");
    this.inventorySecret = new StateSecret(own, namespace, "inventory");
    this.namespace = namespace;
  }

  /** What is known of a target since this replica took it over. */
  private record Tenure(
      String token, Optional<StateSecret.Stored> stored, List<ResourceId> late, long since) {}

  /** Before a pass looks at anything: what a predecessor left half done is fenced off. */
  void enter(TargetId target, OperationContext context) {
    Optional<Permit> permit = context.permit();
    if (permit.isEmpty()) {
      return;
    }
    String token = permit.get().token();
    Tenure tenure = tenures.get(target);
    if (tenure == null || !tenure.token().equals(token)) {
      tenure = takeOver(target, token, context);
      tenures.put(target, tenure);
    }
    if (!tenure.late().isEmpty()) {
      tenures.put(target, lookForLate(target, tenure, context));
    }
  }

  private Tenure takeOver(TargetId target, String token, OperationContext context) {
    Optional<StateSecret.Stored> found = intents.load(target, context);
    long now = System.nanoTime();
    if (found.isEmpty()) {
      return new Tenure(token, found, List.of(), now);
    }
    JsonNode document = found.get().document();
    List<ResourceId> late = ids(document.path("late"));
    List<ResourceId> writes = ids(document.path("writes"));
    List<ResourceId> creates = ids(document.path("creates"));
    if (writes.isEmpty() && creates.isEmpty()) {
      return new Tenure(token, found, late, now);
    }
    LOG.info("{}: fencing off what {} left", target, document.path("token").asString(""));
    // A kind that is not served now cannot be written either; what was known before is not enough.
    discovery.refresh(context);
    moveInventory(target, token, context);
    List<ResourceId> unmarked = new ArrayList<>();
    for (ResourceId id : writes) {
      discovery
          .findAnyVersion(id.group(), id.kind())
          .flatMap(kind -> mark(http, kind, id, token, target, context))
          .ifPresent(
              refusal -> {
                passable(refusal);
                unmarked.add(id);
              });
    }
    late.addAll(creates);
    // What cannot be marked would be tried by whoever takes over before anything else is written.
    ObjectNode settled = document(token, unmarked, List.of(), late);
    return new Tenure(token, Optional.of(save(target, settled, found, context)), late, now);
  }

  /** A predecessor that is about to store what it owns must not: not even for the first time. */
  private void moveInventory(TargetId target, String token, OperationContext context) {
    Inventory inventory = inventories.load(target, context);
    if (inventory.version().isEmpty()) {
      inventories.save(target, inventory, context);
    } else {
      ResourceId head = new ResourceId("", "Secret", namespace, inventorySecret.name(target));
      mark(own, StateSecret.SECRETS, head, token, target, context)
          .ifPresent(
              refusal -> {
                throw exception(refusal);
              });
    }
  }

  /** Moves the version of an object; why it was refused. */
  private Optional<Failure> mark(
      KubeHttp as,
      ApiResource kind,
      ResourceId id,
      String token,
      TargetId target,
      OperationContext context) {
    ObjectNode patch = KubeHttp.JSON.createObjectNode();
    patch.putObject("metadata").putObject("annotations").put(MARK, token);
    KubeResponse answer =
        await(
            as.send(
                "PATCH",
                kind.objectPath(id.namespace(), id.name()),
                Map.of("fieldManager", "gitops4j-fence"),
                "application/merge-patch+json",
                patch.toString()),
            target,
            context);
    return answer.ok() || answer.code() == 404
        ? Optional.empty()
        : Optional.of(KubeFailures.of(Stage.INVENTORY, id.toString(), answer));
  }

  /**
   * One object that may not be touched does not hold up all the others for good. Its next write
   * carries a version all the same.
   *
   * @throws InventoryException when it passes by itself
   */
  private static void passable(Failure refusal) {
    if (refusal.retryability() != Retryability.RETRY_ON_CHANGE) {
      throw exception(refusal);
    }
    // What admission says may repeat what it was shown.
    LOG.warn("{}: not fenced off: {}", refusal.subject().orElse(""), refusal.code());
  }

  /** What a predecessor still made becomes ours, so that this pass keeps or removes it. */
  private Tenure lookForLate(TargetId target, Tenure tenure, OperationContext context) {
    List<ResourceId> late = new ArrayList<>();
    List<InventoryEntry> arrived = new ArrayList<>();
    for (ResourceId id : tenure.late()) {
      Optional<ApiResource> kind = discovery.findAnyVersion(id.group(), id.kind());
      if (kind.isPresent() && ours(kind.get(), id, target, context)) {
        arrived.add(InventoryEntry.planned(id, kind.get().apiVersion()));
      } else {
        late.add(id);
      }
    }
    if (!arrived.isEmpty()) {
      Inventory inventory = inventories.load(target, context);
      Inventory union = inventory.union(arrived);
      if (!union.entries().equals(inventory.entries())) {
        inventories.save(target, union, context);
      }
    }
    boolean over = System.nanoTime() - tenure.since() > LATE.toNanos();
    return new Tenure(
        tenure.token(), tenure.stored(), over ? List.of() : List.copyOf(late), tenure.since());
  }

  private boolean ours(ApiResource kind, ResourceId id, TargetId target, OperationContext context) {
    KubeResponse answer =
        await(
            http.send("GET", kind.objectPath(id.namespace(), id.name()), Map.of(), "", ""),
            target,
            context);
    if (!answer.ok() && answer.code() != 404) {
      passable(KubeFailures.of(Stage.INVENTORY, id.toString(), answer));
    }
    JsonNode labels = answer.body().path("metadata").path("labels");
    return answer.ok()
        && labels.path(Observer.TARGET_LABEL).asString("").equals(target.shortHash());
  }

  /** What is about to be written is stored; from here on a successor knows of it. */
  void open(Plan<?> plan, OperationContext context) {
    Tenure tenure = tenures.get(plan.target());
    if (context.permit().isEmpty() || tenure == null) {
      return;
    }
    List<ResourceId> writes = new ArrayList<>();
    List<ResourceId> creates = new ArrayList<>();
    for (Change change : plan.changes()) {
      // What is made of a hook is in the record of the sync, before it is made.
      if (change.action().writes() && change.reason() != Reason.HOOK) {
        (change.live().isPresent() ? writes : creates).add(change.id());
      }
    }
    try {
      store(plan.target(), tenure, writes, creates, context);
    } catch (GitOpsException e) {
      // The server may have done it, or have another one: the next pass reads what there is.
      tenures.remove(plan.target());
      throw e;
    }
    context.checkActive(Stage.APPLY);
  }

  /** Nothing is on its way any more. */
  void close(TargetId target, OperationContext context) {
    Tenure tenure = tenures.get(target);
    if (tenure == null || context.permit().map(p -> p.remaining().isZero()).orElse(true)) {
      return; // a successor finds it open, and fences it off
    }
    try {
      store(target, tenure, List.of(), List.of(), OperationContext.within(CLOSE_LIMIT));
    } catch (GitOpsException e) {
      // How the pass ended does not depend on it: the next one finds it open.
      LOG.warn("{}: the end of its writes was not stored: {}", target, e.getMessage());
      tenures.remove(target);
    }
  }

  private void store(
      TargetId target,
      Tenure tenure,
      List<ResourceId> writes,
      List<ResourceId> creates,
      OperationContext context) {
    ObjectNode document = document(tenure.token(), writes, creates, tenure.late());
    StateSecret.Stored stored = save(target, document, tenure.stored(), context);
    tenures.put(
        target, new Tenure(tenure.token(), Optional.of(stored), tenure.late(), tenure.since()));
  }

  private StateSecret.Stored save(
      TargetId target,
      JsonNode document,
      Optional<StateSecret.Stored> before,
      OperationContext context) {
    return intents.save(
        target,
        document,
        before.map(StateSecret.Stored::version),
        before.map(StateSecret.Stored::parts).orElse(List.of()),
        context);
  }

  private static ObjectNode document(
      String token, List<ResourceId> writes, List<ResourceId> creates, List<ResourceId> late) {
    ObjectNode document = KubeHttp.JSON.createObjectNode().put("format", 1).put("token", token);
    put(document.putArray("writes"), writes);
    put(document.putArray("creates"), creates);
    put(document.putArray("late"), late);
    return document;
  }

  private static void put(ArrayNode array, List<ResourceId> ids) {
    ids.forEach(id -> ResourceIdJson.write(id, array.addObject()));
  }

  private static List<ResourceId> ids(JsonNode array) {
    List<ResourceId> ids = new ArrayList<>();
    array.forEach(n -> ids.add(ResourceIdJson.read(n)));
    return ids;
  }

  private KubeResponse await(
      CompletableFuture<KubeResponse> sent, TargetId target, OperationContext context) {
    try {
      return http.await(sent, Stage.INVENTORY, context);
    } catch (ExecutionException e) {
      throw exception(KubeFailures.lost(Stage.INVENTORY, "fence of " + target, http.server(), e));
    }
  }

  private static InventoryException exception(Failure failure) {
    return StateSecret.exception(failure);
  }
}
