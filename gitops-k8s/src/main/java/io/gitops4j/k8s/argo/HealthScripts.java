package io.gitops4j.k8s.argo;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The health scripts in Argo CD's ConfigMap {@code argocd-cm}. */
public final class HealthScripts {
  private static final String ALL = "resource.customizations";
  private static final String ONE = ALL + ".health.";

  private HealthScripts() {}

  /**
   * Finds {@code resource.customizations.health.<group>_<kind>}, and {@code health.lua} under
   * {@code resource.customizations}.
   *
   * @param data the ConfigMap's {@code data}
   * @return one check for each script
   * @throws ConfigurationException when {@code resource.customizations} is no YAML map
   */
  public static List<HealthCheck> of(Map<String, String> data) {
    List<HealthCheck> found = new ArrayList<>();
    data.forEach(
        (key, value) -> {
          if (key.startsWith(ONE)) {
            found.add(script(key.substring(ONE.length()), '_', value));
          }
        });
    // Of both forms the newer one, a key for each kind, wins.
    if (data.containsKey(ALL)) {
      for (YamlDocument document : read(data.get(ALL))) {
        for (Map.Entry<String, JsonNode> kind : document.value().properties()) {
          JsonNode script = kind.getValue().path("health.lua");
          if (script.isString()) {
            found.add(script(kind.getKey(), '/', script.asString()));
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private static List<YamlDocument> read(String text) {
    try {
      return YamlReader.read(ALL, text.getBytes(StandardCharsets.UTF_8), YamlLimits.standard());
    } catch (RenderException e) {
      throw new ConfigurationException("argocd-cm", List.of(e.failure().message()));
    }
  }

  private static HealthCheck script(String name, char separator, String script) {
    int at = name.lastIndexOf(separator);
    return new HealthCheck.Script(
        at < 0 ? "" : name.substring(0, at), name.substring(at + 1), script);
  }
}
