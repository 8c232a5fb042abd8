package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.apply.EventNote.Regarding;
import io.gitops4j.k8s.internal.apply.EventNote.Timed;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What Events look like: those of {@code events.k8s.io/v1}. */
final class EventObjects {
  static final ApiResource EVENTS = new ApiResource("events.k8s.io", "v1", "Event", "events", true);
  private static final String CONTROLLER = "gitops4j.io/reconciler";

  private final String instance;

  EventObjects(String instance) {
    this.instance = instance;
  }

  /** An Event about an object of the whole cluster has to live in the default namespace. */
  static String namespace(Regarding about) {
    return about.namespace().isEmpty() ? "default" : about.namespace();
  }

  String event(Timed told, Optional<String> served, String uid) {
    Regarding about = told.note().regarding();
    ObjectNode event = KubeHttp.JSON.createObjectNode();
    event.put("apiVersion", EVENTS.apiVersion()).put("kind", EVENTS.kind());
    event
        .putObject("metadata")
        .put("generateName", prefix(about.name()))
        .put("namespace", namespace(about));
    event
        .put("eventTime", LeaseObjects.MICROS.format(told.time()))
        .put("reportingController", CONTROLLER)
        .put("reportingInstance", instance)
        .put("action", "Reconcile")
        .put("type", told.note().type().word())
        .put("reason", told.note().reason())
        .put("note", told.note().note());
    ObjectNode regarding =
        event
            .putObject("regarding")
            .put("apiVersion", served.orElse(about.apiVersion()))
            .put("kind", about.kind())
            .put("name", about.name());
    if (!about.namespace().isEmpty()) {
      regarding.put("namespace", about.namespace());
    }
    if (!uid.isEmpty()) {
      regarding.put("uid", uid);
    }
    return event.toString();
  }

  String series(int count, Instant last) {
    ObjectNode patch = KubeHttp.JSON.createObjectNode();
    patch
        .putObject("series")
        .put("count", count)
        .put("lastObservedTime", LeaseObjects.MICROS.format(last));
    return patch.toString();
  }

  /** Some kinds have names that an Event must not have, such as {@code system:node}. */
  private static String prefix(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    return "e" + plain.substring(0, Math.min(plain.length(), 200)) + "-";
  }
}
