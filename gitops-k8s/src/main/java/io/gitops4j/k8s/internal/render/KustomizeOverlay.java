package io.gitops4j.k8s.internal.render;

import io.gitops4j.k8s.KustomizeOptions;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Options as a kustomization of their own, which a YAML reader takes as JSON. */
final class KustomizeOverlay {
  private KustomizeOverlay() {}

  static byte[] write(String base, KustomizeOptions options) {
    ObjectNode root = KubeHttp.JSON.createObjectNode();
    root.put("apiVersion", "kustomize.config.k8s.io/v1beta1").put("kind", "Kustomization");
    root.putArray("resources").add(base);
    options.namePrefix().ifPresent(v -> root.put("namePrefix", v));
    options.nameSuffix().ifPresent(v -> root.put("nameSuffix", v));
    options.namespace().ifPresent(v -> root.put("namespace", v));
    if (!options.commonLabels().isEmpty()) {
      ObjectNode labels = root.putObject("commonLabels");
      new TreeMap<>(options.commonLabels()).forEach(labels::put);
    }
    if (!options.commonAnnotations().isEmpty()) {
      ObjectNode annotations = root.putObject("commonAnnotations");
      new TreeMap<>(options.commonAnnotations()).forEach(annotations::put);
    }
    ArrayNode images = root.putArray("images");
    options.images().forEach(i -> image(i, images.addObject()));
    ArrayNode replicas = root.putArray("replicas");
    new TreeMap<>(options.replicas())
        .forEach((name, count) -> replicas.addObject().put("name", name).put("count", count));
    return KubeHttp.JSON.writeValueAsBytes(root);
  }

  /** {@code [name=]other[:tag|@digest]}; a colon in the host part is a port. */
  private static void image(String text, ObjectNode image) {
    int equal = text.indexOf('=');
    String value = text.substring(equal + 1);
    String name = value;
    int digest = value.indexOf('@');
    int tag = value.lastIndexOf(':');
    if (digest >= 0) {
      name = value.substring(0, digest);
      image.put("digest", value.substring(digest + 1));
    } else if (tag > value.lastIndexOf('/')) {
      name = value.substring(0, tag);
      image.put("newTag", value.substring(tag + 1));
    }
    image.put("name", equal < 0 ? name : text.substring(0, equal));
    if (equal >= 0) {
      image.put("newName", name);
    }
  }
}
