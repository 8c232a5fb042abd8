package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A YAML or JSON file among manifests, which may be something else: values of a chart, a workflow.
 */
final class DirectoryFile {
  /** Where all of these stand in a file that it cannot read, Argo CD calls that an error. */
  private static final List<String> WORDS = List.of("apiVersion:", "kind:", "metadata:");

  /** Argo CD's mark of a file that is no manifest. */
  private static final String SKIP = "+argocd:skip-file-rendering";

  /** How what Git LFS leaves in place of a file begins, by the specification of its pointers. */
  private static final String POINTER = "version https://git-lfs.github.com/spec/";

  private static final List<String> KEYS = List.of("apiVersion", "kind");

  /**
   * A key where one can begin: in a line, or behind what begins one between braces. No line break
   * is passed over: many of them would be read anew from each.
   */
  private static final Pattern KEY =
      Pattern.compile("(?m)(?:^[\\uFEFF \\t-]*|[{\\[,][ \\t]*)[\"']?(apiVersion|kind)[\"']?\\s*:");

  private final String name;
  private final byte[] content;
  private final String text;
  private final YamlLimits limits;

  DirectoryFile(String name, byte[] content, YamlLimits limits) {
    this.name = name;
    this.content = content;
    this.text = new String(content, StandardCharsets.UTF_8);
    this.limits = limits;
  }

  /** Whether it says itself that it is to be left out. */
  boolean isSkipped() {
    return text.contains(SKIP);
  }

  /** All manifests of it. */
  List<Manifest> manifests() {
    if (text.startsWith(POINTER)) {
      throw new RenderException(
          "RENDER-UNSUPPORTED",
          Retryability.RETRY_ON_CHANGE,
          name,
          "it is a pointer of Git LFS, which is not fetched, so that nobody knows what it stands for",
          "commit the file itself, or exclude it if it is no Kubernetes manifest",
          null);
    }
    return ManifestReader.read(name, content, limits);
  }

  /**
   * Whether it is no manifest at all, rather than one with a slip. Argo CD leaves out what has lost
   * its {@code kind} or {@code apiVersion} too; here that stays an error, so that a slip removes
   * nothing.
   */
  boolean isOther(RenderException wrong) {
    String code = wrong.code();
    return name.matches(".*\\.ya?ml")
        && (code.equals("RENDER-YAML") || code.equals("RENDER-MANIFEST"))
        && isText()
        && !WORDS.stream().allMatch(text::contains)
        && !hasKey();
  }

  /** What is in UTF-16 or encrypted may well be a manifest: it cannot be looked into. */
  private boolean isText() {
    return text.indexOf('\0') < 0 && Arrays.equals(text.getBytes(StandardCharsets.UTF_8), content);
  }

  private boolean hasKey() {
    try {
      return YamlReader.read(name, content, limits).stream()
          .map(YamlDocument::value)
          .anyMatch(value -> KEYS.stream().anyMatch(value::has) || holdsManifests(value));
    } catch (RenderException e) {
      return KEY.matcher(text).find();
    }
  }

  /** A list that nobody takes apart; other lists have a {@code kind} in their items, too. */
  private static boolean holdsManifests(JsonNode list) {
    return list.isArray() && list.valueStream().anyMatch(item -> KEYS.stream().allMatch(item::has));
  }
}
