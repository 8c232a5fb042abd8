package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.observe.LabelledKind.Detail;
import io.gitops4j.k8s.internal.observe.Lists.Listing;
import io.gitops4j.k8s.internal.observe.Lists.RefusedException;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Looks at live objects. A look that fails is an error, never an absence. Thread-safe. */
public final class Observer {
  /** The label that says whose an object is. */
  public static final String TARGET_LABEL = "gitops4j.io/target";

  private static final int FEW = 16;

  private final KubeHttp http;
  private final Lists lists;
  private final Optional<WatchIndex> index;

  /** Sends requests through the given HTTP, fewer where there is an index. */
  public Observer(KubeHttp http, Optional<WatchIndex> index) {
    this.http = http;
    this.lists = new Lists(http);
    this.index = index;
  }

  /**
   * Everything of some kinds that carries the target's label, from the index or by one paged list
   * per kind; where that is forbidden for the whole cluster, one per namespace.
   *
   * @throws KindGoneException when one of the kinds is not served any more
   */
  public Map<ResourceId, LiveSummary> labelled(
      Map<ApiResource, ? extends Collection<String>> kinds, View view, OperationContext context) {
    return labelled(kinds, begin(kinds.keySet(), view), view, context);
  }

  /** What the server was asked of some kinds. */
  public record Looks(Map<ApiResource, CompletableFuture<Map<ResourceId, LiveSummary>>> byKind) {}

  /** Asks for what carries the target's label, all kinds at once, without waiting for answers. */
  public Looks begin(Collection<ApiResource> kinds, View view) {
    Map<ApiResource, CompletableFuture<Map<ResourceId, LiveSummary>>> asked = new LinkedHashMap<>();
    kinds.forEach(k -> asked.put(k, labelled(k, "", view)));
    return new Looks(asked);
  }

  /** The same, where some looks were begun before; the other kinds are asked for now. */
  public Map<ResourceId, LiveSummary> labelled(
      Map<ApiResource, ? extends Collection<String>> kinds,
      Looks begun,
      View view,
      OperationContext context) {
    Map<ApiResource, CompletableFuture<Map<ResourceId, LiveSummary>>> asked = new LinkedHashMap<>();
    for (ApiResource kind : kinds.keySet()) {
      boolean before = begun.byKind().containsKey(kind);
      asked.put(kind, before ? begun.byKind().get(kind) : labelled(kind, "", view));
    }
    Map<ResourceId, LiveSummary> found = new HashMap<>();
    Map<ApiResource, List<CompletableFuture<Map<ResourceId, LiveSummary>>>> byNamespace =
        new LinkedHashMap<>();
    asked.forEach(
        (kind, answer) -> {
          try {
            found.putAll(http.await(answer, Stage.DIFF, context));
          } catch (ExecutionException e) {
            if (RefusedException.code(e) != 403 || !kind.namespaced()) {
              throw failure(kind, e);
            }
            // All at once: they do not depend on each other.
            byNamespace.put(
                kind,
                new TreeSet<>(kinds.get(kind)).stream().map(n -> labelled(kind, n, view)).toList());
          }
        });
    byNamespace.forEach(
        (kind, answers) -> answers.forEach(a -> found.putAll(await(kind, a, context))));
    return found;
  }

  /**
   * A target's objects of a kind by their metadata, from the index; empty where there is none, or
   * where they may not be listed.
   *
   * @param listed is given each of them whole where the server had to be asked
   */
  public Optional<Map<ResourceId, LiveSummary>> watched(
      ApiResource kind,
      String namespace,
      View view,
      Consumer<JsonNode> listed,
      OperationContext context) {
    if (index.isEmpty()) {
      return Optional.empty();
    }
    LabelledKind watched = new LabelledKind(kind, namespace, view.label(), Detail.METADATA);
    try {
      return Optional.of(
          http.await(index.get().objects(watched, view, listed), Stage.DIFF, context));
    } catch (ExecutionException e) {
      if (KubeFailures.cause(e) instanceof RefusedException) {
        return Optional.empty();
      }
      throw failure(kind, e);
    }
  }

  private CompletableFuture<Map<ResourceId, LiveSummary>> labelled(
      ApiResource kind, String namespace, View view) {
    return index
        .map(
            i ->
                i.objects(
                    new LabelledKind(kind, namespace, view.label(), Detail.WHOLE), view, o -> {}))
        .orElseGet(() -> lists.labelled(kind, namespace, view).thenApply(Listing::objects));
  }

  /** Objects that carry no label of ours: what exists of these, by metadata or, when few, whole. */
  public Map<ResourceId, LiveSummary> unlabelled(
      Map<ResourceId, ApiResource> wanted, View view, OperationContext context) {
    Map<ResourceId, LiveSummary> found = new HashMap<>();
    Map<String, List<ResourceId>> byCollection = new LinkedHashMap<>();
    wanted.forEach(
        (id, kind) ->
            byCollection
                .computeIfAbsent(kind.collectionPath(id.namespace()), p -> new ArrayList<>())
                .add(id));
    // All lists at once: they do not depend on each other.
    Map<String, CompletableFuture<Listing<LiveSummary>>> asked = new HashMap<>();
    byCollection.forEach(
        (path, ids) -> {
          ApiResource kind = wanted.get(ids.get(0));
          if (ids.size() > FEW) {
            asked.put(
                path,
                lists.metadata(
                    kind,
                    ids.get(0).namespace(),
                    view,
                    object -> wanted.containsKey(View.id(kind, object))));
          }
        });
    byCollection.forEach(
        (path, ids) -> {
          ApiResource kind = wanted.get(ids.get(0));
          if (asked.containsKey(path)) {
            found.putAll(await(kind, asked.get(path), context).objects());
          } else {
            each(ids, kind, context)
                .forEach((id, live) -> found.put(id, view.summarise(kind, id, live.tree())));
          }
        });
    return found;
  }

  /**
   * How some objects of a target are right now: from the index, one by one when they are few, by
   * lists otherwise. What is not among the answers is not there.
   */
  public Map<ResourceId, LiveSummary> now(
      Map<ResourceId, ApiResource> wanted, View view, OperationContext context) {
    Map<ApiResource, List<String>> listed = new LinkedHashMap<>();
    wanted.forEach(
        (id, kind) -> listed.computeIfAbsent(kind, k -> new ArrayList<>()).add(id.namespace()));
    if (index.isEmpty()) {
      listed.values().removeIf(ids -> ids.size() <= FEW);
    }
    Map<ResourceId, LiveSummary> found = new HashMap<>(labelled(listed, view, context));
    found.keySet().retainAll(wanted.keySet());
    Map<ResourceId, ApiResource> missing = new LinkedHashMap<>(wanted);
    missing.keySet().removeAll(found.keySet());
    found.putAll(unlabelled(missing, view, context));
    return found;
  }

  /** One object, empty only when the server says that there is none. */
  public Optional<LiveObject> one(ResourceId id, ApiResource kind, OperationContext context) {
    return Optional.ofNullable(each(List.of(id), kind, context).get(id));
  }

  /** Sends writes; what would be in their way waits until they are done. */
  public void whileWriting(Runnable writes) {
    index.ifPresentOrElse(i -> i.giveWay(writes), writes);
  }

  /** An object in short as the server answered it to a write; the index need not wait for it. */
  public LiveSummary wrote(ResourceId id, ApiResource kind, View view, JsonNode answer) {
    LiveSummary now = view.summarise(kind, id, answer);
    index.ifPresent(i -> i.wrote(kind, view, id, now));
    return now;
  }

  /** Asks for one object, as often as a busy server wants, without waiting for the answer. */
  public CompletableFuture<KubeResponse> ask(ResourceId id, ApiResource kind) {
    return http.patiently(
        () -> http.send("GET", kind.objectPath(id.namespace(), id.name()), Map.of(), "", ""));
  }

  private Map<ResourceId, LiveObject> each(
      List<ResourceId> ids, ApiResource kind, OperationContext context) {
    Map<ResourceId, CompletableFuture<KubeResponse>> asked = new LinkedHashMap<>();
    ids.forEach(id -> asked.put(id, ask(id, kind)));
    Map<ResourceId, LiveObject> found = new HashMap<>();
    asked.forEach(
        (id, answer) -> {
          KubeResponse told;
          try {
            told = http.await(answer, Stage.DIFF, context);
          } catch (ExecutionException e) {
            throw KubeFailures.cannotLook(
                KubeFailures.lost(Stage.DIFF, id.toString(), http.server(), e));
          }
          if (told.ok()) {
            found.put(id, new LiveObject(kind, told.body()));
          } else if (told.code() != 404) {
            throw KubeFailures.cannotLook(KubeFailures.of(Stage.DIFF, id.toString(), told));
          }
        });
    return found;
  }

  private <T> T await(ApiResource kind, CompletableFuture<T> asked, OperationContext context) {
    try {
      return http.await(asked, Stage.DIFF, context);
    } catch (ExecutionException e) {
      throw failure(kind, e);
    }
  }

  private RuntimeException failure(ApiResource kind, ExecutionException thrown) {
    if (KubeFailures.cause(thrown) instanceof RefusedException refused) {
      return refused.answer().code() == 404
          ? new KindGoneException(kind)
          : KubeFailures.cannotLook(
              KubeFailures.of(Stage.DIFF, "list of " + kind.plural(), refused.answer()));
    }
    return KubeFailures.cannotLook(
        KubeFailures.lost(Stage.DIFF, kind.kind(), http.server(), thrown));
  }
}
