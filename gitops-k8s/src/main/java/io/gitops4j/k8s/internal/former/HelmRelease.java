package io.gitops4j.k8s.internal.former;

import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.render.ManifestReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The manifests of a release as Helm stores them: JSON, compressed, and twice in base64. */
final class HelmRelease {
  private static final int LARGEST = 64 * 1024 * 1024;

  private HelmRelease() {}

  /**
   * Reads the Secret of a release.
   *
   * @throws IOException when it is none
   */
  static List<Manifest> manifests(JsonNode secret) throws IOException {
    String file = "release " + secret.path("metadata").path("name").asString("");
    try {
      byte[] once = Base64.getDecoder().decode(secret.path("data").path("release").asString(""));
      byte[] packed = Base64.getDecoder().decode(new String(once, StandardCharsets.US_ASCII));
      byte[] text;
      try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        text = gzip.readNBytes(LARGEST);
      }
      String manifest = KubeHttp.JSON.readTree(text).path("manifest").asString("");
      return ManifestReader.read(
          file, manifest.getBytes(StandardCharsets.UTF_8), YamlLimits.standard());
    } catch (IllegalArgumentException | JacksonException e) {
      throw new IOException("it is no release that Helm stored", e);
    }
  }
}
