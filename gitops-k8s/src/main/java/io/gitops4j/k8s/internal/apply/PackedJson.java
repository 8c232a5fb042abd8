package io.gitops4j.k8s.internal.apply;

import io.gitops4j.k8s.internal.client.KubeHttp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A document in few bytes. */
final class PackedJson {
  private static final int LARGEST = 256 * 1024 * 1024;

  private PackedJson() {}

  static byte[] pack(JsonNode document) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new QuickGzip(out)) {
      gzip.write(KubeHttp.JSON.writeValueAsBytes(document));
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to write", e);
    }
    return out.toByteArray();
  }

  /**
   * What {@link #pack} packed.
   *
   * @throws IOException when it is damaged, or too large
   */
  static JsonNode unpack(byte[] packed) throws IOException {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] text = gzip.readNBytes(LARGEST + 1);
      if (text.length > LARGEST) {
        throw new IOException("it is larger than " + LARGEST + " bytes");
      }
      return KubeHttp.JSON.readTree(text);
    } catch (JacksonException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Most of a document are hashes: to try hard saves a twentieth, and takes five times as long. */
  private static final class QuickGzip extends GZIPOutputStream {
    QuickGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
