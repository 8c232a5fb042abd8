package io.gitops4j.k8s.internal.diff;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.ignore.IgnoredFields;
import io.gitops4j.k8s.internal.json.CanonicalJson;
import io.gitops4j.k8s.internal.observe.ObjectOptions;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A manifest made ready for the server. Its body is made when it is asked for, so that what waits
 * for its turn costs no second copy of every object.
 *
 * @param id with the namespace that it will live in
 * @param source the object as it was rendered
 * @param targetHash the value of the target's label; empty for what is nobody's
 * @param digest of the body, and of what is ignored in it
 * @param ignored the fields that others may set
 * @param options what its annotations ask for
 * @param servedYet whether the kind is served now; if not, its definition is in the same set
 */
public record Prepared(
    ResourceId id,
    ApiResource resource,
    ObjectNode source,
    String targetHash,
    Digest digest,
    IgnoredFields ignored,
    ObjectOptions options,
    boolean servedYet) {
  private static final List<String> SERVER_WRITTEN =
      List.of(
          "managedFields",
          "resourceVersion",
          "uid",
          "creationTimestamp",
          "generation",
          "selfLink",
          "deletionTimestamp");

  /** Makes a manifest ready. */
  public static Prepared of(
      Manifest manifest,
      ApiResource resource,
      boolean servedYet,
      ClusterSettings settings,
      String targetHash) {
    ResourceId id = inNamespace(manifest, resource, settings.defaultNamespace());
    ObjectNode body = body(manifest.object(), id, resource, targetHash);
    IgnoredFields ignored = settings.ignored().in(id);
    Digest digest = CanonicalJson.digest(body);
    return new Prepared(
        id,
        resource,
        manifest.object(),
        targetHash,
        ignored.isEmpty() ? digest : Digest.sha256(digest + ignored.text()),
        ignored,
        ObjectOptions.of(body),
        servedYet);
  }

  /** What is sent: in its namespace, labelled, without what only a server writes. */
  public ObjectNode body() {
    return targetHash.isEmpty() ? source : body(source, id, resource, targetHash);
  }

  private static ObjectNode body(
      ObjectNode source, ResourceId id, ApiResource resource, String targetHash) {
    ObjectNode body = source.deepCopy();
    body.remove("status");
    ObjectNode metadata = (ObjectNode) body.get("metadata");
    metadata.remove(SERVER_WRITTEN);
    if (resource.namespaced()) {
      metadata.put("namespace", id.namespace());
    } else {
      metadata.remove("namespace");
    }
    // A null map would be a type error for server-side apply; absent means the same.
    if (!metadata.path("labels").isObject()) {
      metadata.remove("labels");
    }
    metadata.withObject("/labels").put(Observer.TARGET_LABEL, targetHash);
    if (SecretValues.isSecret(id.group(), id.kind())) {
      encode(body);
    }
    return body;
  }

  /** The namespace that objects need, as nobody's. */
  static Prepared namespace(String name) {
    ObjectNode body = KubeHttp.JSON.createObjectNode().put("apiVersion", "v1");
    body.put("kind", "Namespace").putObject("metadata").put("name", name);
    return new Prepared(
        new ResourceId("", "Namespace", "", name),
        new ApiResource("", "v1", "Namespace", "namespaces", false),
        body,
        "",
        CanonicalJson.digest(body),
        IgnoredFields.NONE,
        ObjectOptions.of(body),
        true);
  }

  /** The body for an object that exists: with what others may set as it is there. */
  public ObjectNode over(JsonNode live, String manager) {
    return ignored.isEmpty() ? body() : ignored.adjust(body(), live, manager);
  }

  private static ResourceId inNamespace(
      Manifest manifest, ApiResource resource, String defaultNamespace) {
    ResourceId id = manifest.id();
    if (!resource.namespaced()) {
      return new ResourceId(id.group(), id.kind(), "", id.name());
    }
    if (!id.namespace().isEmpty()) {
      return id;
    }
    if (defaultNamespace.isEmpty()) {
      throw new DiffException(
          "K8S-NAMESPACE-MISSING",
          Retryability.RETRY_ON_CHANGE,
          manifest.origin().toString(),
          id + " names no namespace and the target has no default",
          "set metadata.namespace, or a default namespace on the destination",
          null);
    }
    return new ResourceId(id.group(), id.kind(), defaultNamespace, id.name());
  }

  /** The server turns stringData into data and forgets it: its fields could never be owned. */
  private static void encode(ObjectNode secret) {
    JsonNode plain = secret.path("stringData");
    for (JsonNode value : plain) {
      if (!value.isString()) {
        return; // the server refuses it, and says what is wrong
      }
    }
    if (!plain.isObject()) {
      return;
    }
    secret.remove("stringData");
    if (!secret.path("data").isObject()) {
      secret.remove("data");
    }
    ObjectNode data = secret.withObject("/data");
    for (Map.Entry<String, JsonNode> entry : plain.properties()) {
      byte[] value = entry.getValue().asString("").getBytes(StandardCharsets.UTF_8);
      data.put(entry.getKey(), Base64.getEncoder().encodeToString(value));
    }
  }
}
