package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.json.ApiVersion;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns the documents of a file into manifests, lists taken apart. */
public final class ManifestReader {
  private static final List<String> HOOKS = List.of("argocd.argoproj.io/hook", "helm.sh/hook");

  private ManifestReader() {}

  /**
   * All manifests of a file.
   *
   * @throws RenderException that names file, document and line
   */
  public static List<Manifest> read(String file, byte[] content, YamlLimits limits) {
    List<Manifest> found = new ArrayList<>();
    for (YamlDocument document : YamlReader.read(file, content, limits)) {
      Manifest.Origin origin = new Manifest.Origin(file, document.number(), document.line());
      collect(document.value(), origin, found);
    }
    return found;
  }

  private static void collect(JsonNode value, Manifest.Origin origin, List<Manifest> found) {
    if (!(value instanceof ObjectNode object)) {
      throw refuse(
          origin,
          "it is no object but " + (value.isArray() ? "a list" : "a single value"),
          "correct the file, or exclude it if it is no Kubernetes manifest");
    }
    String kind = text(object.path("kind"), origin, "kind");
    String apiVersion = text(object.path("apiVersion"), origin, "apiVersion");
    if (kind.endsWith("List") && object.path("items").isArray()) {
      object.path("items").forEach(item -> collect(item, origin, found));
      return;
    }
    JsonNode metadata = object.path("metadata");
    if (apiVersion.startsWith(Kustomization.GROUP)
        && metadata.path("name").asString("").isEmpty()) {
      throw refuse(
          origin,
          "it is a " + kind + " of Kustomize, and nothing to apply",
          "give its directory as the path of a target, or exclude it");
    }
    String name = name(metadata, origin, kind);
    if (encrypted(object, kind)) {
      throw new RenderException(
          "RENDER-UNSUPPORTED",
          Retryability.RETRY_ON_CHANGE,
          origin.toString(),
          kind + " " + name + " is encrypted with SOPS, which is not decrypted here",
          "let something in the cluster decrypt it, such as External Secrets or Sealed Secrets, or"
              + " decrypt it in a renderer of your own",
          null);
    }
    JsonNode namespace = metadata.path("namespace");
    if (!namespace.isMissingNode() && !namespace.isNull() && !namespace.isString()) {
      throw refuse(
          origin, "metadata.namespace of " + kind + " " + name + " is not a text", "quote it");
    }
    ResourceId id =
        new ResourceId(ApiVersion.group(apiVersion), kind, namespace.asString(""), name);
    found.add(new Manifest(id, apiVersion, object, origin));
  }

  /**
   * By what SOPS adds; kinds such as SopsSecret carry the same, and are decrypted in the cluster.
   */
  private static boolean encrypted(ObjectNode object, String kind) {
    return object.path("sops").has("mac") && !kind.contains("Sops");
  }

  /** Of a hook whose name is made anew whenever it runs, as far as it is known. */
  private static String name(JsonNode metadata, Manifest.Origin origin, String kind) {
    if (metadata.path("name").asString("").isEmpty() && metadata.has("generateName")) {
      if (HOOKS.stream().noneMatch(metadata.path("annotations")::has)) {
        throw refuse(
            origin,
            kind + " has metadata.generateName, so that every apply would make another object",
            "give it a metadata.name; only hooks have generated names");
      }
      return text(metadata.path("generateName"), origin, "metadata.generateName of " + kind) + "*";
    }
    return text(metadata.path("name"), origin, "metadata.name of " + kind);
  }

  private static String text(JsonNode value, Manifest.Origin origin, String what) {
    if (value.isMissingNode() || value.isNull() || value.isString() && value.asString().isEmpty()) {
      throw refuse(
          origin,
          what + " is missing",
          "add it, or exclude the file if it is no Kubernetes manifest");
    }
    if (!value.isString()) {
      throw refuse(origin, what + " is not a text but " + value, "quote it");
    }
    return value.asString();
  }

  private static RenderException refuse(Manifest.Origin origin, String why, String next) {
    return new RenderException(
        "RENDER-MANIFEST", Retryability.RETRY_ON_CHANGE, origin.toString(), why, next, null);
  }
}
