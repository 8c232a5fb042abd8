package io.gitops4j.k8s.internal.diff;

import io.gitops4j.k8s.Normalizer;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes bodies before they are sent, by the normalizers that are on. Immutable. */
public final class Normalization {
  /** What of the metadata only a server writes. */
  public static final List<String> SERVER_WRITTEN =
      List.of(
          "managedFields",
          "resourceVersion",
          "uid",
          "creationTimestamp",
          "generation",
          "selfLink",
          "deletionTimestamp");

  private static final Set<String> WITH_BUNDLES =
      Set.of("admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io");
  private static final Set<String> CHANGED_KINDS = Set.of("Secret", "PersistentVolumeClaim", "Pod");

  private final Set<Normalizer> on;

  /** With some of them. */
  public Normalization(Set<Normalizer> on) {
    this.on = Set.copyOf(on);
  }

  /** A changed copy, whose root and metadata may be changed further; what is below is shared. */
  ObjectNode applied(ResourceId id, ObjectNode source) {
    ObjectNode body = changesContent(id) ? source.deepCopy() : shallow(source);
    for (Normalizer normalizer : on) {
      switch (normalizer) {
        case SERVER_METADATA -> ((ObjectNode) body.get("metadata")).remove(SERVER_WRITTEN);
        case STATUS -> body.remove("status");
        case STRING_DATA -> {
          if (SecretValues.isSecret(id.group(), id.kind())) {
            encode(body);
          }
        }
        case AGGREGATED_RULES -> {
          if (is(id, "rbac.authorization.k8s.io", "ClusterRole")
              && body.path("aggregationRule").isObject()) {
            body.remove("rules");
          }
        }
        case CA_BUNDLES -> caBundles(id, body);
        case BINDINGS -> {
          if (is(id, "", "PersistentVolumeClaim")) {
            removeEmpty(body.path("spec"), "volumeName");
          } else if (is(id, "", "Pod")) {
            removeEmpty(body.path("spec"), "nodeName");
          }
        }
      }
    }
    return body;
  }

  /**
   * Whether a normalizer looks below the metadata: of thousands of objects few need whole copies.
   */
  private static boolean changesContent(ResourceId id) {
    return WITH_BUNDLES.contains(id.group())
        || id.group().isEmpty() && CHANGED_KINDS.contains(id.kind());
  }

  private static ObjectNode shallow(ObjectNode source) {
    ObjectNode copy = source.objectNode().setAll(source);
    ObjectNode metadata = source.objectNode().setAll((ObjectNode) source.get("metadata"));
    if (metadata.get("labels") instanceof ObjectNode labels) {
      metadata.set("labels", labels.deepCopy());
    }
    copy.set("metadata", metadata);
    return copy;
  }

  private static boolean is(ResourceId id, String group, String kind) {
    return id.group().equals(group) && id.kind().equals(kind);
  }

  private static void removeEmpty(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (value.isNull() || value.isString() && value.asString().isEmpty()) {
      ((ObjectNode) object).remove(field);
    }
  }

  private static void encode(ObjectNode secret) {
    JsonNode plain = secret.path("stringData");
    for (JsonNode value : plain) {
      if (!value.isString()) {
        return; // the server refuses it, and says what is wrong
      }
    }
    secret.remove("stringData");
    if (!plain.isObject()) {
      return;
    }
    if (!secret.path("data").isObject()) {
      secret.remove("data");
    }
    ObjectNode data = secret.withObject("/data");
    for (Map.Entry<String, JsonNode> entry : plain.properties()) {
      byte[] value = entry.getValue().asString("").getBytes(StandardCharsets.UTF_8);
      data.put(entry.getKey(), Base64.getEncoder().encodeToString(value));
    }
  }

  private static void caBundles(ResourceId id, ObjectNode body) {
    switch (id.group()) {
      case "admissionregistration.k8s.io" ->
          body.path("webhooks").forEach(w -> caBundle(w.path("clientConfig")));
      case "apiextensions.k8s.io" ->
          caBundle(body.path("spec").path("conversion").path("webhook").path("clientConfig"));
      case "apiregistration.k8s.io" -> caBundle(body.path("spec"));
      default -> {
        // no other kind has one that is injected
      }
    }
  }

  private static void caBundle(JsonNode object) {
    if (object instanceof ObjectNode config
        && config.has("caBundle")
        && !certificate(config.path("caBundle").asString(""))) {
      config.remove("caBundle");
    }
  }

  private static boolean certificate(String base64) {
    try {
      return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.US_ASCII)
          .contains("-----BEGIN CERTIFICATE-----");
    } catch (IllegalArgumentException e) {
      return true; // no base64 at all: the server says so
    }
  }
}
