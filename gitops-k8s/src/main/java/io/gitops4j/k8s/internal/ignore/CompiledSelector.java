package io.gitops4j.k8s.internal.ignore;

import io.gitops4j.k8s.ObjectSelector;
import io.gitops4j.k8s.internal.json.ApiVersion;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A selector of objects, compiled once. Immutable. */
final class CompiledSelector {
  private final List<Pattern> patterns;
  private final LabelSelector labels;
  private final LabelSelector annotations;

  CompiledSelector(ObjectSelector selector) {
    patterns =
        List.of(
            whole(selector.group()),
            whole(selector.version()),
            whole(selector.kind()),
            whole(selector.namespace()),
            whole(selector.name()));
    labels = LabelSelector.parse(selector.labelSelector());
    annotations = LabelSelector.parse(selector.annotationSelector());
  }

  private static Pattern whole(String pattern) {
    return Pattern.compile(pattern.isEmpty() ? "" : "\\A(?:" + pattern + ")\\z");
  }

  boolean matches(ResourceId id, JsonNode object) {
    String apiVersion = object.path("apiVersion").asString("");
    String version = ApiVersion.version(apiVersion);
    List<String> parts = List.of(id.group(), version, id.kind(), id.namespace(), id.name());
    Steps steps = new Steps();
    for (int i = 0; i < parts.size(); i++) {
      if (!steps.find(patterns.get(i), parts.get(i))) {
        return false;
      }
    }
    JsonNode metadata = object.path("metadata");
    return labels.matches(metadata.path("labels"))
        && annotations.matches(metadata.path("annotations"));
  }
}
