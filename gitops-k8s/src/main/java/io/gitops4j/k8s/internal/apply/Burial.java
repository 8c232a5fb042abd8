package io.gitops4j.k8s.internal.apply;

import static io.gitops4j.k8s.internal.client.KubeHttp.JSON;

import io.gitops4j.diff.Plan;
import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.resilience.Retries;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.observe.LiveContent;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.PruneOptions;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The last look at what is about to be removed. What can be restored from it is stored before the
 * first removal is sent, so that a crash in between loses nothing.
 */
final class Burial {
  private final Retries retries = Retries.standard();
  private final KubeHttp http;
  private final TombstoneStore store;
  private final ClusterSettings settings;

  Burial(KubeHttp http, TombstoneStore store, ClusterSettings settings) {
    this.http = http;
    this.store = store;
    this.settings = settings;
  }

  /**
   * What the last look at an object told.
   *
   * @param options what it asks for
   * @param content the digest of its content, empty when that is not known
   * @param note why it could not be kept, empty when it was
   * @param failure why it must not be removed: its content is not known, or it stays after all
   */
  record Look(PruneOptions options, String content, String note, Optional<Failure> failure) {}

  private record Asked(Write write, CompletableFuture<KubeResponse> answer) {}

  /** Looks at all, no more at once than writes run, and stores what is kept in one write. */
  Map<ResourceId, Look> bury(Plan<?> plan, Collection<Write> removals, OperationContext context) {
    Map<ResourceId, Look> looks = new HashMap<>();
    TombstoneStore.Selection selection = store.new Selection(plan);
    Deque<Asked> asked = new ArrayDeque<>();
    for (Write write : removals) {
      if (!settings.permits().allows(write.change().id())) {
        continue; // The writer refuses it: so nobody looks.
      }
      if (asked.size() == settings.concurrency()) {
        take(asked.remove(), plan, selection, looks, context);
      }
      asked.add(new Asked(write, ask(write)));
    }
    while (!asked.isEmpty()) {
      take(asked.remove(), plan, selection, looks, context);
    }
    selection.store(context);
    return looks;
  }

  private void take(
      Asked asked,
      Plan<?> plan,
      TombstoneStore.Selection selection,
      Map<ResourceId, Look> looks,
      OperationContext context) {
    ResourceId id = asked.write().change().id();
    AtomicReference<CompletableFuture<KubeResponse>> first = new AtomicReference<>(asked.answer());
    try {
      JsonNode live =
          retries.call(context, () -> content(asked.write(), first.getAndSet(null), context));
      String uid = live.path("metadata").path("uid").asString("");
      // Another instance is not the one that the plan removes: the server will refuse to.
      boolean planned = asked.write().change().live().filter(l -> l.uid().equals(uid)).isPresent();
      PruneOptions options = PruneOptions.of(live);
      Optional<Failure> kept =
          asked.write().desired().isEmpty() ? kept(id, live, options, plan) : Optional.empty();
      String note = planned && kept.isEmpty() ? selection.add(id, live) : "";
      String content = live.isObject() ? LiveContent.digest(live) : "";
      looks.put(id, new Look(options, content, note, kept));
    } catch (ApplyException e) {
      looks.put(
          id, new Look(PruneOptions.of(JSON.missingNode()), "", "", Optional.of(e.failure())));
    }
  }

  /** Why it stays after all: what is asked of it, or whose it is, has changed since the plan. */
  private Optional<Failure> kept(ResourceId id, JsonNode live, PruneOptions options, Plan<?> plan) {
    String owner = live.path("metadata").path("labels").path(Observer.TARGET_LABEL).asString("");
    if (!owner.isEmpty() && !owner.equals(plan.target().shortHash())) {
      return Optional.of(stale(id, "it carries another target's label since it was compared"));
    }
    // What a hook left goes whatever it asks for, and is in no inventory.
    String keep = settings.asks(options, plan.desired().isEmpty()).keep();
    return keep.isEmpty() || plan.inventory().find(id).isEmpty()
        ? Optional.empty()
        : Optional.of(stale(id, "it is kept by its " + keep + " since it was compared"));
  }

  /** The failure of what moved at the last moment. */
  static Failure stale(ResourceId id, String why) {
    return new Failure(
        Stage.APPLY,
        "K8S-STALE-PLAN",
        Retryability.RETRY,
        Optional.of(id.toString()),
        why + ", and was not deleted",
        Optional.of("the next pass compares anew"));
  }

  /** The object, missing when the server says that there is none. */
  private JsonNode content(
      Write write, @Nullable CompletableFuture<KubeResponse> asked, OperationContext context) {
    String subject = write.change().id().toString();
    try {
      KubeResponse answer = http.await(asked == null ? ask(write) : asked, Stage.APPLY, context);
      if (answer.ok()) {
        return answer.body();
      }
      if (answer.code() == 404) {
        return JSON.missingNode();
      }
      throw KubeFailures.cannotApply(KubeFailures.of(Stage.APPLY, subject, answer));
    } catch (ExecutionException e) {
      throw KubeFailures.cannotApply(KubeFailures.lost(Stage.APPLY, subject, http.server(), e));
    }
  }

  private CompletableFuture<KubeResponse> ask(Write write) {
    ResourceId id = write.change().id();
    return http.send(
        "GET", write.resource().objectPath(id.namespace(), id.name()), Map.of(), "", "");
  }
}
