package io.gitops4j.examples.benchmark;

import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Objects as a platform has them: half configuration, some Secrets, Services and Deployments. */
final class MixedObjects {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TEXT = "x".repeat(400);

  private MixedObjects() {}

  /** So many objects; a version other than 1 changes the first of them. */
  static ManifestSet make(String namespace, int count, int version) {
    List<Manifest> manifests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      manifests.add(manifest(namespace, i, i == 0 ? version : 1));
    }
    Digest digest = Digest.sha256(namespace + count + version);
    return new ManifestSet(new Revision("main", digest, Optional.empty()), manifests);
  }

  private static Manifest manifest(String namespace, int number, int version) {
    String kind =
        List.of(
                "ConfigMap",
                "ConfigMap",
                "ConfigMap",
                "ConfigMap",
                "Secret",
                "Secret",
                "Service",
                "Service",
                "Deployment",
                "ServiceAccount")
            .get(number % 10);
    String group = kind.equals("Deployment") ? "apps" : "";
    String apiVersion = group.isEmpty() ? "v1" : "apps/v1";
    String name = "bench-" + number;
    ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", name).put("namespace", namespace);
    metadata.putObject("labels").put("app", name);
    switch (kind) {
      case "ConfigMap" ->
          object.putObject("data").put("text", TEXT).put("version", String.valueOf(version));
      case "Secret" -> object.putObject("stringData").put("token", "t" + version);
      case "Service" -> {
        ObjectNode spec = object.putObject("spec");
        spec.put("clusterIP", "None").putObject("selector").put("app", name);
        spec.putArray("ports").addObject().put("port", 80);
      }
      case "Deployment" -> {
        ObjectNode spec = object.putObject("spec").put("replicas", 2);
        spec.putObject("selector").putObject("matchLabels").put("app", name);
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata").putObject("labels").put("app", name);
        template
            .putObject("spec")
            .putArray("containers")
            .addObject()
            .put("name", "web")
            .put("image", "nginx:1." + version);
      }
      default -> metadata.putObject("annotations").put("note", "account");
    }
    return new Manifest(
        new ResourceId(group, kind, namespace, name),
        apiVersion,
        object,
        new Manifest.Origin("benchmark", 1, number + 1));
  }
}
