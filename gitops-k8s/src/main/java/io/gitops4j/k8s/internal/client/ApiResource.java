package io.gitops4j.k8s.internal.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * One served kind in one version, and the paths that it is served at.
 *
 * @param hasStatus whether its objects are served with a status that a controller writes
 */
public record ApiResource(
    String group,
    String version,
    String kind,
    String plural,
    boolean namespaced,
    boolean hasStatus) {
  /** A kind whose objects may have a status. */
  public ApiResource(String group, String version, String kind, String plural, boolean namespaced) {
    this(group, version, kind, plural, namespaced, true);
  }

  /** {@code apps/v1}, {@code v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The path of all objects, in one namespace or, with an empty one, in all. */
  public String collectionPath(String namespace) {
    StringBuilder path = new StringBuilder(group.isEmpty() ? "/api/" : "/apis/" + group + "/");
    path.append(version);
    if (namespaced && !namespace.isEmpty()) {
      path.append("/namespaces/").append(segment(namespace));
    }
    return path.append('/').append(plural).toString();
  }

  /** The path of one object. */
  public String objectPath(String namespace, String name) {
    return collectionPath(namespace) + "/" + segment(name);
  }

  /** A name comes from a repository: it must not become another path. */
  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("..", "%2E%2E");
  }
}
