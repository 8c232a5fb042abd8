package io.gitops4j.k8s.internal.client;

import tools.jackson.databind.JsonNode;

/**
 * An answer.
 *
 * @param body as a tree; a missing node when it is empty
 * @param retryAfterSeconds how long to wait, zero when nothing is told
 * @param length of the body in bytes, as it came
 */
public record KubeResponse(int code, JsonNode body, int retryAfterSeconds, int length) {
  /** Whether the server did it. */
  public boolean ok() {
    return code >= 200 && code < 300;
  }

  /** What the server says of an error. */
  public String message() {
    String said = body.path("message").asString("");
    return said.isEmpty() ? "the server answered " + code : said;
  }

  /** The reason word of a Status. */
  public String reason() {
    return body.path("reason").asString("");
  }
}
