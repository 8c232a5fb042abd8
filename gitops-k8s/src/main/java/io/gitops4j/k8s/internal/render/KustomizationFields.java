package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.RenderException;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a kustomization names, by the fields that Kustomize reads: it decodes as Go does, so that
 * the letters of a field's name may be of either case.
 *
 * @param places directories or files
 * @param plugins directories or files whose objects are generators, transformers or validators
 * @param files what can be nothing but a file
 * @param inflatesCharts whether it wants Helm
 * @param unreadable why plugins that it holds itself could not be looked into
 */
record KustomizationFields(
    List<String> places,
    List<String> plugins,
    List<String> files,
    boolean inflatesCharts,
    List<String> unreadable) {
  private static final List<String> PLACES = List.of("resources", "bases", "components");
  private static final List<String> PLUGINS = List.of("generators", "transformers", "validators");
  private static final List<String> FILES =
      List.of("patchesStrategicMerge", "configurations", "crds");
  private static final List<String> WITH_PATH =
      List.of("patches", "patchesJson6902", "replacements", "openapi");
  private static final List<String> GENERATED = List.of("configMapGenerator", "secretGenerator");
  private static final List<String> CHARTS = List.of("helmCharts", "helmChartInflationGenerator");

  /** No YAML without one of these is an object. */
  private static final Pattern OBJECT = Pattern.compile("[{:?]");

  private static final String CHART_GENERATOR = "HelmChartInflationGenerator";

  /** The fields of the built-in plugins that name files. */
  private static final Set<String> OF_PLUGINS = Set.of("path", "paths", "files", "env", "envs");

  /** Reads one; plugins that it holds itself are looked into. */
  static KustomizationFields of(JsonNode kustomization, YamlLimits limits) {
    List<String> places = new ArrayList<>();
    PLACES.forEach(name -> texts(kustomization, name, places));
    List<String> files = new ArrayList<>();
    FILES.forEach(name -> texts(kustomization, name, files));
    for (String name : WITH_PATH) {
      items(kustomization, name).forEach(item -> texts(item, "path", files));
    }
    for (String name : GENERATED) {
      items(kustomization, name).forEach(item -> ofPlugin(item, files));
    }
    List<String> entries = new ArrayList<>();
    PLUGINS.forEach(name -> texts(kustomization, name, entries));
    boolean charts = CHARTS.stream().anyMatch(name -> !values(kustomization, name).isEmpty());
    List<String> plugins = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (String entry : entries) {
      List<JsonNode> inline = inline(entry, limits, unreadable);
      inline.forEach(plugin -> ofPlugin(plugin, files));
      charts |= inline.stream().anyMatch(KustomizationFields::inflates);
      if (inline.stream().noneMatch(JsonNode::isObject)) {
        plugins.add(entry);
      }
    }
    return new KustomizationFields(places, plugins, files, charts, unreadable);
  }

  /** Whether a generator is the one that wants Helm. */
  static boolean inflates(JsonNode plugin) {
    return plugin.path("kind").asString("").equals(CHART_GENERATOR);
  }

  /** The files that a generator, a transformer or a validator names. */
  static void ofPlugin(JsonNode plugin, List<String> into) {
    if (plugin.isArray()) {
      plugin.forEach(item -> ofPlugin(item, into));
    }
    for (String name : plugin.propertyNames()) {
      if (OF_PLUGINS.stream().anyMatch(name::equalsIgnoreCase)) {
        for (JsonNode value : listed(plugin.path(name))) {
          String text = value.asString("");
          into.add(text);
          // A generator writes key=path.
          into.add(text.substring(text.indexOf('=') + 1));
        }
      }
      ofPlugin(plugin.path(name), into);
    }
  }

  /** Kustomize takes what reads as an object for the plugin itself, all else for its path. */
  private static List<JsonNode> inline(String entry, YamlLimits limits, List<String> unreadable) {
    byte[] content = entry.getBytes(StandardCharsets.UTF_8);
    try {
      return YamlReader.read("inline plugin", content, limits).stream()
          .map(YamlDocument::value)
          .toList();
    } catch (RenderException e) {
      // Kustomize may read what is refused here, and what it names then was not looked at.
      if (OBJECT.matcher(entry).find()) {
        unreadable.add(e.failure().reason());
      }
      return List.of(); // a path that is no YAML
    }
  }

  private static void texts(JsonNode object, String name, List<String> into) {
    items(object, name).forEach(item -> into.add(item.asString("")));
  }

  /** The items of a list, or what stands there in place of one. */
  private static List<JsonNode> items(JsonNode object, String name) {
    List<JsonNode> all = new ArrayList<>();
    values(object, name).forEach(value -> all.addAll(listed(value)));
    return all;
  }

  private static List<JsonNode> listed(JsonNode value) {
    return value.isArray() ? value.valueStream().toList() : List.of(value);
  }

  private static List<JsonNode> values(JsonNode object, String name) {
    return object
        .propertyStream()
        .filter(field -> field.getKey().equalsIgnoreCase(name) && !field.getValue().isNull())
        .map(Map.Entry::getValue)
        .toList();
  }
}
