package io.gitops4j.k8s.internal.render;

import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.KustomizeOptions;
import io.gitops4j.k8s.ManifestConfig;
import io.gitops4j.k8s.ManifestConfig.Depth;
import io.gitops4j.k8s.ManifestConfig.Type;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the source of an Argo CD Application says about how its path is rendered: the blocks {@code
 * directory} and {@code kustomize}. Immutable.
 */
public record SourceOptions(
    Type type, Depth depth, String include, String exclude, KustomizeOptions kustomize) {
  static final String DIRECTORY = "directory";
  static final String KUSTOMIZE = "kustomize";

  /** What a user does about a chart. */
  public static final String CHART =
      "commit what 'helm template' gives, or render it with a Renderer of your own";

  /** Reads both blocks; what is wrong with them, and others, is told to the fields. */
  public static SourceOptions read(Fields source) {
    source.ignoreEmpty("helm");
    source.refuse("helm", CHART);
    source.refuse("plugin", "render it with a Renderer of your own");
    Fields directory = source.object(DIRECTORY);
    Depth depth = directory.flag("recurse") ? Depth.RECURSIVE : Depth.DIRECTORY;
    String include = directory.text("include").orElse("");
    String exclude = directory.text("exclude").orElse("");
    directory.ignoreEmpty("jsonnet");
    directory.refuse("jsonnet", "commit what it gives, or render it with a Renderer of your own");
    Fields block = source.object(KUSTOMIZE);
    KustomizeOptions kustomize =
        new KustomizeOptions(
            block.text("namePrefix").filter(v -> !v.isEmpty()),
            block.text("nameSuffix").filter(v -> !v.isEmpty()),
            block.text("namespace").filter(v -> !v.isEmpty()),
            block.texts("images"),
            block.textMap("commonLabels"),
            block.textMap("commonAnnotations"),
            replicas(block));
    kustomize.images().forEach(image -> checkPlain(block, "images", image));
    kustomize.commonLabels().values().forEach(label -> checkPlain(block, "commonLabels", label));
    // As in Argo CD a block decides once it says something, and an empty one does not.
    boolean files = depth == Depth.RECURSIVE || !include.isEmpty() || !exclude.isEmpty();
    boolean kustomized = !kustomize.equals(KustomizeOptions.none());
    Type type = files ? Type.DIRECTORY : kustomized ? Type.KUSTOMIZE : Type.AUTO;
    return new SourceOptions(type, depth, include, exclude, kustomize);
  }

  /** Argo CD puts values of the build in their place, such as the name of the application. */
  private static void checkPlain(Fields block, String field, String value) {
    if (value.contains("$")) {
      block.problem(
          field
              + " holds "
              + value
              + ", of which Argo CD would replace what follows the $: write the value itself");
    }
  }

  private static Map<String, Integer> replicas(Fields block) {
    Map<String, Integer> all = new HashMap<>();
    for (Fields one : block.objects("replicas")) {
      all.put(one.requiredText("name"), one.requiredCount("count"));
    }
    return all;
  }

  static SourceOptions of(ManifestConfig config) {
    return new SourceOptions(
        config.type(), config.depth(), config.include(), config.exclude(), config.kustomize());
  }

  /** The blocks that {@link #read} reads this from. */
  ObjectNode blocks() {
    ObjectNode source = KubeHttp.JSON.createObjectNode();
    source
        .putObject(DIRECTORY)
        .put("recurse", depth == Depth.RECURSIVE)
        .put("include", include)
        .put("exclude", exclude);
    ObjectNode block = source.putObject(KUSTOMIZE);
    kustomize.namePrefix().ifPresent(v -> block.put("namePrefix", v));
    kustomize.nameSuffix().ifPresent(v -> block.put("nameSuffix", v));
    kustomize.namespace().ifPresent(v -> block.put("namespace", v));
    kustomize.images().forEach(block.putArray("images")::add);
    kustomize.commonLabels().forEach(block.putObject("commonLabels")::put);
    kustomize.commonAnnotations().forEach(block.putObject("commonAnnotations")::put);
    ArrayNode replicas = block.putArray("replicas");
    kustomize
        .replicas()
        .forEach((name, count) -> replicas.addObject().put("name", name).put("count", count));
    return source;
  }

  /** The configuration with these; a type that it has been given stays. */
  ManifestConfig in(ManifestConfig config) {
    return new ManifestConfig(
        config.path(),
        config.type() == Type.AUTO ? type : config.type(),
        depth,
        include,
        exclude,
        kustomize,
        config.overrides(),
        config.kustomizeBinary(),
        config.timeout(),
        config.limits());
  }
}
