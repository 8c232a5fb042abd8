package io.gitops4j.k8s.flux;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.internal.json.Fields;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.IgnoreRule;
import io.gitops4j.k8s.ObjectSelector;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;

/** The {@code ignore} list of a Flux Kustomization's {@code spec}. */
public final class FluxIgnore {
  private FluxIgnore() {}

  /**
   * Reads the list out of an object that has it as {@code ignore}.
   *
   * @param file its name, for messages
   * @param content YAML or JSON, one document
   * @return a rule for each entry
   * @throws ConfigurationException that lists every field that is missing, wrong or unknown
   * @throws io.gitops4j.error.RenderException when it is no YAML
   */
  public static List<IgnoreRule> read(String file, byte[] content) {
    List<YamlDocument> documents = YamlReader.read(file, content, YamlLimits.standard());
    if (documents.size() != 1 || !documents.get(0).value().isObject()) {
      throw new ConfigurationException(file, List.of("expected one object with a list 'ignore'"));
    }
    Fields root = new Fields(documents.get(0).value());
    List<IgnoreRule> rules = new ArrayList<>();
    for (Fields entry : root.objects("ignore")) {
      List<String> paths = entry.texts("paths");
      Fields target = entry.object("target");
      try {
        rules.add(IgnoreRule.ofPaths(paths, selector(target)));
      } catch (ConfigurationException e) {
        e.problems().forEach(entry::problem);
      }
    }
    root.finish(file);
    return rules;
  }

  private static ObjectSelector selector(Fields target) {
    return new ObjectSelector(
        target.text("group").orElse(""),
        target.text("version").orElse(""),
        target.text("kind").orElse(""),
        target.text("namespace").orElse(""),
        target.text("name").orElse(""),
        target.text("labelSelector").orElse(""),
        target.text("annotationSelector").orElse(""));
  }
}
