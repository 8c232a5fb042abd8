package io.gitops4j.k8s.internal.yaml;

import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.internal.yaml.YamlDocuments;
import io.gitops4j.k8s.YamlLimits;
import java.util.List;

/** Reads the documents of one file within the limits of a renderer. */
public final class YamlReader {
  private YamlReader() {}

  /**
   * All documents that hold something.
   *
   * @throws io.gitops4j.error.RenderException that names file, document and line
   */
  public static List<YamlDocument> read(String file, byte[] content, YamlLimits limits) {
    return YamlDocuments.read(
        file,
        content,
        new YamlDocuments.Limits(limits.maxBytes(), limits.maxDepth(), limits.maxNodes()));
  }
}
