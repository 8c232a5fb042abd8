package io.gitops4j.k8s.internal.diff;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.observe.LiveObject;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.order.Substitution;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Puts values of live objects into others; each source is looked at once. For one thread. */
public final class Substitutions {
  private final Discovery discovery;
  private final Observer observer;
  private final Permits permits;
  private final OperationContext context;
  private final Map<ResourceId, Optional<JsonNode>> sources = new HashMap<>();

  /** Looks through the given parts. */
  public Substitutions(
      Discovery discovery, Observer observer, Permits permits, OperationContext context) {
    this.discovery = discovery;
    this.observer = observer;
    this.permits = permits;
    this.context = context;
  }

  /**
   * An object with its values.
   *
   * @param object with every value that is known
   * @param unknown what is not, each in words
   */
  public record Filled(Prepared object, List<String> unknown) {}

  /** Fills an object; one without substitutions stays as it is and costs nothing. */
  public Filled fill(Prepared object) {
    List<Substitution> wanted = object.placement().substitutions();
    if (wanted.isEmpty()) {
      return new Filled(object, List.of());
    }
    ObjectNode body = object.body().deepCopy();
    List<String> unknown = new ArrayList<>();
    for (Substitution one : wanted) {
      put(one, object.id(), body).ifPresent(why -> unknown.add(one.text() + ": " + why));
    }
    return new Filled(object.withBody(object.id(), body), unknown);
  }

  /** Why a value is not known, empty when it is in its place. */
  private Optional<String> put(Substitution wanted, ResourceId target, ObjectNode body) {
    Optional<JsonNode> source = source(wanted, target);
    if (source.isEmpty()) {
      return Optional.of("it does not exist, or must not be looked at");
    }
    Optional<JsonNode> value = wanted.from().get(source.get());
    if (value.isEmpty()) {
      return Optional.of("the field is not there yet");
    }
    JsonNode put = value.get();
    if (!wanted.token().isEmpty()) {
      Optional<JsonNode> before = wanted.to().get(body);
      if (before.isEmpty() || !before.get().isString()) {
        return Optional.of("there is no text to replace " + wanted.token() + " in");
      }
      String text = put.isString() ? put.asString() : put.toString();
      put = StringNode.valueOf(before.get().asString().replace(wanted.token(), text));
    }
    return wanted.to().set(body, put.deepCopy())
        ? Optional.empty()
        : Optional.of("there is nothing to put it into");
  }

  private Optional<JsonNode> source(Substitution wanted, ResourceId target) {
    ResourceId named = wanted.source();
    Optional<ApiResource> kind = discovery.findFor(named, wanted.apiVersion());
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    ResourceId id = kind.get().namespaced() ? wanted.sourceFor(target) : named;
    if (!permits.allows(id)) {
      return Optional.empty();
    }
    return sources.computeIfAbsent(
        id, i -> observer.one(i, kind.get(), context).map(LiveObject::tree));
  }
}
