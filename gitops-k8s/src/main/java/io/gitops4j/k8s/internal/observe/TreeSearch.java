package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.health.HealthTree;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Lists.Listing;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds what owned objects made, by owner references. Kinds that may hold some are listed by
 * metadata in the namespaces in question; only what was found is read whole. Thread-safe.
 */
public final class TreeSearch {
  private final KubeHttp http;
  private final Lists lists;
  private final Offspring offspring;
  private final OwnedObjects owned;
  private final ChildReader reader;
  private final FailureCauses causes;
  private final Function<TargetId, Watched> inventories;

  /**
   * Sends its requests through the given HTTP.
   *
   * @param inventories where the inventory of a target is kept
   */
  public TreeSearch(
      KubeHttp http,
      Discovery discovery,
      OwnedObjects owned,
      FailureCauses causes,
      Function<TargetId, Watched> inventories) {
    this.http = http;
    this.lists = new Lists(http);
    this.offspring = new Offspring(discovery);
    this.owned = owned;
    this.reader = new ChildReader(http);
    this.causes = causes;
    this.inventories = inventories;
  }

  /** One kind in one namespace; an empty one for kinds of the whole cluster. */
  private record Place(ApiResource kind, String namespace) {}

  /**
   * A tree, and what tells that it is not true any more.
   *
   * @param versions of everything in it, by UID
   * @param watched where something may come to it
   */
  record Grown(HealthTree tree, Map<String, String> versions, Set<Watched> watched) {}

  KubeHttp http() {
    return http;
  }

  /** Looks at everything that a target owns, and at what that made. */
  Grown grow(TargetId target, OperationContext context) {
    OwnedObjects.Look look = owned.look(target, context);
    View view = owned.view(target);
    Set<Watched> watched = new LinkedHashSet<>(Set.of(inventories.apply(target)));
    String ours = view.label() + "=" + view.hash();
    look.kinds()
        .forEach((kind, places) -> places.forEach(n -> watched.add(new Watched(kind, n, ours))));
    Set<String> unseen = new LinkedHashSet<>();
    look.live().values().stream()
        .map(LiveSummary::resource)
        .distinct()
        .forEach(kind -> unseen.addAll(offspring.unseen(kind)));
    Map<String, List<Child>> byOwner = new HashMap<>();
    for (Child child : children(places(look), unseen, watched, context)) {
      if (!look.live().containsKey(child.id())) {
        byOwner.computeIfAbsent(child.owner(), o -> new ArrayList<>()).add(child);
      }
    }
    Branches branches = new Branches(look, byOwner);
    branches.read(reader.read(branches.reachable(), view.health(), context));
    List<Child> claims = branches.claims();
    claims.forEach(c -> watched.add(new Watched(c.kind(), c.id().namespace(), "")));
    branches.add(claims, reader.read(claims, view.health(), context));
    return new Grown(
        new HealthTree(branches.roots(causes, context), List.copyOf(unseen)),
        branches.versions(),
        watched);
  }

  /** Children live where their owner lives; those of what has no namespace, wherever we do. */
  private Set<Place> places(OwnedObjects.Look look) {
    Set<String> everywhere = new TreeSet<>();
    Map<ApiResource, Set<String>> parents = new LinkedHashMap<>();
    look.live()
        .forEach(
            (id, live) -> {
              everywhere.add(id.namespace());
              parents.computeIfAbsent(live.resource(), k -> new TreeSet<>()).add(id.namespace());
            });
    everywhere.remove("");
    Set<Place> places = new LinkedHashSet<>();
    parents.forEach(
        (parent, namespaces) -> {
          for (ApiResource kind : offspring.of(parent)) {
            if (kind.namespaced()) {
              (parent.namespaced() ? namespaces : everywhere)
                  .forEach(n -> places.add(new Place(kind, n)));
            } else if (!parent.namespaced()) {
              places.add(new Place(kind, ""));
            }
          }
        });
    return places;
  }

  private Set<Child> children(
      Set<Place> places, Set<String> unseen, Set<Watched> watched, OperationContext context) {
    Map<Place, CompletableFuture<Listing<Child>>> asked = new LinkedHashMap<>();
    for (Place place : places) {
      ApiResource kind = place.kind();
      asked.put(
          place, lists.all(kind, place.namespace(), true, (id, object) -> child(kind, id, object)));
    }
    Set<Child> found = new HashSet<>();
    asked.forEach(
        (place, answer) -> {
          try {
            found.addAll(http.await(answer, Stage.HEALTH, context).objects().values());
            watched.add(new Watched(place.kind(), place.namespace(), ""));
          } catch (ExecutionException e) {
            Lists.unseen(place.kind(), place.namespace(), e).ifPresent(unseen::add);
          }
        });
    return found;
  }

  /** Of several owners one has made it. */
  private static @Nullable Child child(ApiResource kind, ResourceId id, JsonNode object) {
    JsonNode owner = owner(object);
    return owner == null
        ? null
        : new Child(
            id,
            kind,
            object.path("metadata").path("uid").asString(""),
            owner.path("uid").asString(""),
            owner.path("kind").asString(""));
  }

  static @Nullable JsonNode owner(JsonNode object) {
    JsonNode owners = object.path("metadata").path("ownerReferences");
    for (JsonNode owner : owners) {
      if (owner.path("controller").asBoolean(false)) {
        return owner;
      }
    }
    return owners.isEmpty() ? null : owners.get(0);
  }
}
