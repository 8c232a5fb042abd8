package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Looks at live objects. A look that fails is an error, never an absence. Thread-safe. */
public final class Observer {
  /** The label that says whose an object is. */
  public static final String TARGET_LABEL = "gitops4j.io/target";

  private static final String PAGE = "500";
  private static final int FEW = 16;
  private static final String METADATA_ONLY =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

  private final KubeHttp http;

  /** Sends requests through the given HTTP. */
  public Observer(KubeHttp http) {
    this.http = http;
  }

  /**
   * Everything of some kinds that carries the target's label, one paged list per kind; where that
   * is forbidden for the whole cluster, one per namespace.
   */
  public Map<ResourceId, LiveObject> labelled(
      Map<ApiResource, ? extends Collection<String>> kinds,
      String targetHash,
      OperationContext context) {
    // All first pages at once: a target has few kinds, and they do not depend on each other.
    Map<ApiResource, CompletableFuture<KubeResponse>> first = new LinkedHashMap<>();
    Map<String, String> query = Map.of("labelSelector", TARGET_LABEL + "=" + targetHash);
    kinds.keySet().forEach(k -> first.put(k, page(k.collectionPath(""), query, "")));
    Map<ResourceId, LiveObject> found = new HashMap<>();
    first.forEach(
        (kind, page) -> {
          KubeResponse answer = answer(page, kind.kind(), context);
          if (answer.code() == 403 && kind.namespaced()) {
            for (String namespace : new TreeSet<>(kinds.get(kind))) {
              String path = kind.collectionPath(namespace);
              collect(
                  kind,
                  path,
                  query,
                  answer(page(path, query, ""), kind.kind(), context),
                  found,
                  context);
            }
          } else {
            collect(kind, kind.collectionPath(""), query, answer, found, context);
          }
        });
    return found;
  }

  /** Objects that carry no label of ours: what exists of these, by metadata or, when few, whole. */
  public Map<ResourceId, LiveObject> unlabelled(
      Map<ResourceId, ApiResource> wanted, OperationContext context) {
    Map<ResourceId, LiveObject> found = new HashMap<>();
    Map<String, List<ResourceId>> byCollection = new LinkedHashMap<>();
    wanted.forEach(
        (id, kind) ->
            byCollection
                .computeIfAbsent(kind.collectionPath(id.namespace()), p -> new ArrayList<>())
                .add(id));
    byCollection.forEach(
        (path, ids) -> {
          ApiResource kind = wanted.get(ids.get(0));
          if (ids.size() <= FEW) {
            each(ids, kind, found, context);
          } else {
            listMetadata(path, kind, ids, found, context);
          }
        });
    return found;
  }

  /** One object, empty only when the server says that there is none. */
  public Optional<LiveObject> one(ResourceId id, ApiResource kind, OperationContext context) {
    Map<ResourceId, LiveObject> found = new HashMap<>();
    each(List.of(id), kind, found, context);
    return Optional.ofNullable(found.get(id));
  }

  private void each(
      List<ResourceId> ids,
      ApiResource kind,
      Map<ResourceId, LiveObject> found,
      OperationContext context) {
    Map<ResourceId, CompletableFuture<KubeResponse>> asked = new LinkedHashMap<>();
    for (ResourceId id : ids) {
      asked.put(id, http.send("GET", kind.objectPath(id.namespace(), id.name()), Map.of(), "", ""));
    }
    asked.forEach(
        (id, get) -> {
          KubeResponse answer = answer(get, id.toString(), context);
          if (answer.ok()) {
            found.put(id, new LiveObject(kind, answer.body(), false));
          } else if (answer.code() != 404) {
            throw KubeFailures.cannotLook(KubeFailures.of(Stage.DIFF, id.toString(), answer));
          }
        });
  }

  private void listMetadata(
      String path,
      ApiResource kind,
      List<ResourceId> ids,
      Map<ResourceId, LiveObject> found,
      OperationContext context) {
    Map<ResourceId, LiveObject> all = new HashMap<>();
    String token = "";
    do {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("limit", PAGE);
      if (!token.isEmpty()) {
        query.put("continue", token);
      }
      KubeResponse answer;
      try {
        answer = http.get(path, query, METADATA_ONLY, Stage.DIFF, context);
      } catch (ExecutionException e) {
        throw KubeFailures.cannotLook(KubeFailures.lost(Stage.DIFF, kind.kind(), http.server(), e));
      }
      if (answer.code() == 404) {
        return; // the collection itself is not served: nothing of it exists
      }
      token = add(kind, answer, all, true);
    } while (!token.isEmpty());
    ids.forEach(id -> Optional.ofNullable(all.get(id)).ifPresent(o -> found.put(id, o)));
  }

  private void collect(
      ApiResource kind,
      String path,
      Map<String, String> query,
      KubeResponse firstPage,
      Map<ResourceId, LiveObject> found,
      OperationContext context) {
    String token = add(kind, firstPage, found, false);
    while (!token.isEmpty()) {
      context.checkActive(Stage.DIFF);
      token = add(kind, answer(page(path, query, token), kind.kind(), context), found, false);
    }
  }

  private CompletableFuture<KubeResponse> page(
      String path, Map<String, String> query, String token) {
    Map<String, String> all = new LinkedHashMap<>(query);
    all.put("limit", PAGE);
    if (!token.isEmpty()) {
      all.put("continue", token);
    }
    return http.send("GET", path, all, "", "");
  }

  private KubeResponse answer(
      CompletableFuture<KubeResponse> sent, String subject, OperationContext context) {
    try {
      return http.await(sent, Stage.DIFF, context);
    } catch (ExecutionException e) {
      throw KubeFailures.cannotLook(KubeFailures.lost(Stage.DIFF, subject, http.server(), e));
    }
  }

  /** Adds a page's objects; the token of the next page, empty at the end. */
  private static String add(
      ApiResource kind, KubeResponse page, Map<ResourceId, LiveObject> found, boolean bare) {
    // An empty metadata-only list says "items": null; a page that is no list says nothing at all.
    if (!page.ok() || !page.body().path("kind").asString("").endsWith("List")) {
      throw KubeFailures.cannotLook(KubeFailures.of(Stage.DIFF, "list of " + kind.plural(), page));
    }
    for (JsonNode item : page.body().path("items")) {
      JsonNode metadata = item.path("metadata");
      // Items of a list come without kind and apiVersion.
      ((ObjectNode) item).put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
      found.put(
          new ResourceId(
              kind.group(),
              kind.kind(),
              metadata.path("namespace").asString(""),
              metadata.path("name").asString("")),
          new LiveObject(kind, item, bare));
    }
    return page.body().path("metadata").path("continue").asString("");
  }
}
