package io.gitops4j.k8s.internal.diff;

import io.gitops4j.model.ResourceId;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is surely too large for an API server, found before anything is sent: a dry run does not
 * tell, and the write would be refused half-way through a plan. Counted is only what the server
 * stores in any case, so that nothing is refused that it would take.
 */
final class SizeLimits {
  /** Of a ConfigMap's or Secret's values together: core/v1 {@code MaxSecretSize}. */
  private static final int DATA = 1024 * 1024;

  /** Of all annotations together: apimachinery's {@code TotalAnnotationSizeLimitB}. */
  private static final int ANNOTATIONS = 256 * 1024;

  /** Of one request to etcd: its {@code --max-request-bytes}. */
  private static final int OBJECT = 1536 * 1024;

  private SizeLimits() {}

  /** Which limit an object exceeds, in words. */
  static Optional<String> exceeded(ResourceId id, ObjectNode body) {
    // Nearly all are far from every limit, and a character has three bytes at most.
    if (3 * texts(body, String::length) <= ANNOTATIONS) {
      return Optional.empty();
    }
    long annotations = 0;
    for (Map.Entry<String, JsonNode> entry :
        body.path("metadata").path("annotations").properties()) {
      annotations += utf8(entry.getKey()) + utf8(entry.getValue().asString(""));
    }
    if (annotations > ANNOTATIONS) {
      return Optional.of(told("its annotations have", annotations, ANNOTATIONS));
    }
    boolean holdsData =
        id.group().isEmpty() && (id.kind().equals("ConfigMap") || id.kind().equals("Secret"));
    if (holdsData) {
      boolean secret = id.kind().equals("Secret");
      long data = 0;
      for (JsonNode value : body.path("data")) {
        data += secret ? decoded(value.asString("")) : utf8(value.asString(""));
      }
      for (JsonNode value : body.path("stringData")) {
        data += utf8(value.asString(""));
      }
      for (JsonNode value : body.path("binaryData")) {
        data += decoded(value.asString(""));
      }
      return data > DATA ? Optional.of(told("its data have", data, DATA)) : Optional.empty();
    }
    long all = texts(body, SizeLimits::utf8);
    return all > OBJECT ? Optional.of(told("it has", all, OBJECT)) : Optional.empty();
  }

  private static String told(String what, long bytes, int limit) {
    return what + " " + bytes + " bytes, more than the " + limit + " that a server takes";
  }

  private static long texts(JsonNode node, ToLongFunction<String> length) {
    long sum = node.isString() ? length.applyAsLong(node.asString("")) : 0;
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      sum += length.applyAsLong(entry.getKey()) + texts(entry.getValue(), length);
    }
    if (node.isArray()) {
      for (JsonNode item : node) {
        sum += texts(item, length);
      }
    }
    return sum;
  }

  /** Without making the bytes. */
  private static long utf8(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A pair of surrogates is 4 bytes together, 2 for each of its halves.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }

  /** Without padding and the line breaks that a reader skips: they are not stored. */
  private static long decoded(String base64) {
    return base64.chars().filter(c -> c != '=' && c != '\n' && c != '\r').count() * 3 / 4;
  }
}
