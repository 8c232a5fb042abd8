package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.json.Fields;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.ManifestConfig;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.source.Snapshot;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Files in a path that say more about how it is rendered, as tools write them that update images.
 * Each is a JSON merge patch (RFC 7396) of the source, as in Argo CD.
 */
public final class SourceOverrides {
  private static final Pattern NAME = Pattern.compile("(.*/)?\\.argocd-source(-[^/]*)?\\.yaml");

  /** What Argo CD takes of such a file; of its other fields it takes none. */
  private static final Set<String> BLOCKS =
      Set.of(SourceOptions.DIRECTORY, SourceOptions.KUSTOMIZE, "helm", "plugin");

  private SourceOverrides() {}

  /** Whether it is such a file, of whichever path or application, and so no manifest. */
  static boolean isOne(String path) {
    return NAME.matcher(path).matches();
  }

  /**
   * The configuration with what the files of its path say.
   *
   * @param names of all files below the path
   * @throws RenderException when one says what is not honoured
   */
  public static ManifestConfig apply(ManifestConfig config, Snapshot snapshot, Set<String> names) {
    List<String> files =
        config.overrides().stream()
            .filter(names::contains)
            .map(name -> config.path().isEmpty() ? name : config.path() + "/" + name)
            .toList();
    if (files.isEmpty()) {
      return config;
    }
    ObjectNode source = SourceOptions.of(config).blocks();
    for (String file : files) {
      for (YamlDocument document : YamlReader.read(file, snapshot.read(file), config.limits())) {
        if (document.number() > 1 || !(document.value() instanceof ObjectNode patch)) {
          throw refuse(file, "it is not one object", null);
        }
        merge(source, patch.retain(BLOCKS));
      }
    }
    String subject = String.join(" and ", files);
    try {
      Fields fields = new Fields(source);
      SourceOptions options = SourceOptions.read(fields);
      fields.finish(subject);
      return options.in(config);
    } catch (ConfigurationException e) {
      throw refuse(subject, "with what is configured: " + String.join("; ", e.problems()), e);
    }
  }

  private static void merge(ObjectNode target, JsonNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (field.getValue().isNull()) {
                target.remove(name);
              } else if (field.getValue().isObject()) {
                // Never the patch's own object: aliases of YAML share theirs.
                ObjectNode merged =
                    target.path(name) instanceof ObjectNode object
                        ? object
                        : KubeHttp.JSON.createObjectNode();
                merge(merged, field.getValue());
                target.set(name, merged);
              } else {
                target.set(name, field.getValue());
              }
            });
  }

  private static RenderException refuse(String file, String why, @Nullable Throwable cause) {
    return new RenderException(
        "RENDER-UNSUPPORTED",
        Retryability.RETRY_ON_CHANGE,
        file,
        why,
        "correct the file, or write what it says into the Application",
        cause);
  }
}
