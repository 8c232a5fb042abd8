package io.gitops4j.k8s.internal.health;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.json.ApiVersion;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A file of live objects. More lenient than manifests: what is only looked at needs no name. */
public final class ObjectFile {
  private ObjectFile() {}

  /** An object with its identity. */
  public record Found(ResourceId id, ObjectNode object) {}

  /**
   * All objects of a file.
   *
   * @throws RenderException that names file, document and line
   */
  public static List<Found> read(String file, byte[] content) {
    List<Found> found = new ArrayList<>();
    for (YamlDocument document : YamlReader.read(file, content, YamlLimits.standard())) {
      collect(
          document.value(),
          file + ", document " + document.number() + ", line " + document.line(),
          found);
    }
    return found;
  }

  private static void collect(JsonNode value, String origin, List<Found> found) {
    String kind = value.path("kind").asString("");
    if (!(value instanceof ObjectNode object) || kind.isEmpty() || !value.has("apiVersion")) {
      throw new RenderException(
          "RENDER-MANIFEST",
          Retryability.RETRY_ON_CHANGE,
          origin,
          "it is no Kubernetes object: apiVersion or kind is missing",
          "correct the file, or leave it out",
          null);
    }
    if (kind.endsWith("List") && object.path("items").isArray()) {
      object.path("items").forEach(item -> collect(item, origin, found));
      return;
    }
    JsonNode metadata = object.path("metadata");
    String name = metadata.path("name").asString("");
    String apiVersion = object.path("apiVersion").asString("");
    found.add(
        new Found(
            new ResourceId(
                ApiVersion.group(apiVersion),
                kind,
                metadata.path("namespace").asString(""),
                name.isEmpty() ? metadata.path("generateName").asString("") + "*" : name),
            object));
  }
}
