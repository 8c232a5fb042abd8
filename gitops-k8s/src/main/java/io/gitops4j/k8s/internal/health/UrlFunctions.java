package io.gitops4j.k8s.internal.health;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import java.util.Optional;

/** Functions that Kubernetes adds to the expression language for URLs. */
final class UrlFunctions {
  private static final CelType URL = OpaqueType.create("kubernetes.URL");
  private static final CelType STRING = SimpleType.STRING;

  private UrlFunctions() {}

  static void addTo(KubernetesFunctions all) {
    all.global(
        "url",
        URL,
        STRING,
        String.class,
        text ->
            parse(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no URL")));
    all.global("isURL", SimpleType.BOOL, STRING, String.class, text -> parse(text).isPresent());
    all.member("getScheme", STRING, URL, URI.class, u -> text(u.getScheme()));
    all.member("getHostname", STRING, URL, URI.class, u -> text(u.getHost()));
    all.member(
        "getHost",
        STRING,
        URL,
        URI.class,
        u -> u.getPort() < 0 ? text(u.getHost()) : u.getHost() + ":" + u.getPort());
    all.member("getPort", STRING, URL, URI.class, u -> u.getPort() < 0 ? "" : "" + u.getPort());
    all.member("getEscapedPath", STRING, URL, URI.class, u -> text(u.getRawPath()));
  }

  private static Optional<URI> parse(String text) {
    try {
      URI uri = new URI(text);
      return uri.isAbsolute() || text.startsWith("/") ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static String text(String part) {
    return Objects.requireNonNullElse(part, "");
  }
}
