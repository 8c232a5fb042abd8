package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.KustomizeOptions;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeType;
import tools.jackson.databind.node.ObjectNode;

/**
 * Options, set in a kustomization itself as {@code kustomize edit} sets them. An overlay would come
 * after what the file says: it finds no image that the file renamed, and adds a second prefix.
 */
final class KustomizeEdit {
  private final String file;
  private final ObjectNode root;

  private KustomizeEdit(String file, ObjectNode root) {
    this.file = file;
    this.root = root;
  }

  /**
   * The kustomization with the options, as JSON, which a YAML reader takes.
   *
   * @throws RenderException when it is none, or when an option cannot be set in it
   */
  static byte[] apply(String file, byte[] content, KustomizeOptions options, YamlLimits limits) {
    List<YamlDocument> documents = YamlReader.read(file, content, limits);
    if (documents.size() != 1 || !(documents.get(0).value() instanceof ObjectNode root)) {
      throw refuse(file, "it is not one object, so that no option can be set in it");
    }
    KustomizeEdit edit = new KustomizeEdit(file, root);
    options.namePrefix().ifPresent(v -> root.put(edit.name("namePrefix"), v));
    options.nameSuffix().ifPresent(v -> root.put(edit.name("nameSuffix"), v));
    options.namespace().ifPresent(v -> root.put(edit.name("namespace"), v));
    edit.add("commonLabels", options.commonLabels());
    edit.add("commonAnnotations", options.commonAnnotations());
    edit.images(options.images());
    edit.replicas(options.replicas());
    return KubeHttp.JSON.writeValueAsBytes(root);
  }

  /** The name that the file gives a field: Kustomize reads them in any case. */
  private String name(String field) {
    return root.propertyNames().stream().filter(field::equalsIgnoreCase).findFirst().orElse(field);
  }

  private void add(String field, Map<String, String> values) {
    if (values.isEmpty()) {
      return;
    }
    ObjectNode all = KubeHttp.JSON.createObjectNode();
    own(field, JsonNodeType.OBJECT).properties().forEach(e -> all.set(e.getKey(), e.getValue()));
    new TreeMap<>(values)
        .forEach(
            (key, value) -> {
              if (all.has(key)) {
                throw refuse(file, field + " holds " + key + ", which an option gives too");
              }
              all.put(key, value);
            });
    root.set(name(field), all);
  }

  private void replicas(Map<String, Integer> counts) {
    if (counts.isEmpty()) {
      return;
    }
    Map<String, JsonNode> all = byName("replicas");
    counts.forEach(
        (name, count) ->
            all.put(name, KubeHttp.JSON.createObjectNode().put("name", name).put("count", count)));
    set("replicas", all);
  }

  private void images(List<String> texts) {
    if (texts.isEmpty()) {
      return;
    }
    Map<String, JsonNode> before = byName("images");
    Map<String, JsonNode> all = new TreeMap<>(before);
    for (String text : texts) {
      ObjectNode image = image(text);
      String name = image.path("name").asString();
      for (String part : List.of("newName", "newTag", "digest")) {
        if (image.path(part).asString("").equals("*")) {
          image.remove(part);
          JsonNode kept = before.getOrDefault(name, KubeHttp.JSON.createObjectNode()).path(part);
          if (!kept.isMissingNode()) {
            image.set(part, kept);
          }
        }
      }
      all.put(name, image);
    }
    set("images", all);
  }

  /** {@code [name=]other[:tag][@digest]}; a star keeps what the file says, a host has a port. */
  private ObjectNode image(String text) {
    int equal = text.indexOf('=');
    String value = text.substring(equal + 1);
    int at = value.indexOf('@');
    String tagged = at < 0 ? value : value.substring(0, at);
    int colon = tagged.indexOf(':', Math.max(0, tagged.indexOf('/')));
    String other = colon < 0 ? tagged : tagged.substring(0, colon);
    if (equal < 0 && other.equals(text)) {
      throw refuse(file, "the image '" + text + "' names no tag, no digest and no other image");
    }
    ObjectNode image = KubeHttp.JSON.createObjectNode();
    image.put("name", equal < 0 ? other : text.substring(0, equal));
    if (equal >= 0) {
      image.put("newName", other);
    }
    if (colon >= 0) {
      image.put("newTag", tagged.substring(colon + 1));
    }
    if (at >= 0) {
      image.put("digest", value.substring(at + 1));
    }
    return image;
  }

  private Map<String, JsonNode> byName(String field) {
    Map<String, JsonNode> all = new TreeMap<>();
    own(field, JsonNodeType.ARRAY)
        .forEach(entry -> all.put(entry.path("name").asString(""), entry));
    return all;
  }

  private JsonNode own(String field, JsonNodeType type) {
    JsonNode value = root.path(name(field));
    if (!value.isMissingNode() && !value.isNull() && value.getNodeType() != type) {
      throw refuse(file, field + " is no " + type + ", so that no option can be set in it");
    }
    return value;
  }

  private void set(String field, Map<String, JsonNode> entries) {
    ArrayNode list = KubeHttp.JSON.createArrayNode();
    entries.values().forEach(list::add);
    root.set(name(field), list);
  }

  private static RenderException refuse(String file, String why) {
    return new RenderException(
        "RENDER-KUSTOMIZE",
        Retryability.RETRY_ON_CHANGE,
        file,
        why,
        "correct the file, or the options",
        null);
  }
}
