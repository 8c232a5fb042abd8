package io.gitops4j.k8s.internal.order;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.yaml.YamlDocument;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.json.ApiVersion;
import io.gitops4j.k8s.internal.order.ChangeRule.Operation;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import io.gitops4j.model.ResourceId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads the annotations that order a sync: of Argo CD, Helm, cli-utils and kapp. */
public final class PlacementReader {
  private static final String WAVE = "argocd.argoproj.io/sync-wave";
  private static final String WEIGHT = "helm.sh/hook-weight";
  static final String DEPENDS_ON = "config.kubernetes.io/depends-on";
  static final String MUTATION = "config.kubernetes.io/apply-time-mutation";
  private static final String GROUP = "kapp.k14s.io/change-group";
  private static final String RULE = "kapp.k14s.io/change-rule";
  private static final List<String> DIALECTS =
      List.of("argocd.argoproj.io/", "helm.sh/", "config.kubernetes.io/", "kapp.k14s.io/");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]+}");

  private final ResourceId id;
  private final JsonNode object;
  private final JsonNode annotations;
  private final List<String> problems = new ArrayList<>();

  private PlacementReader(ResourceId id, JsonNode object) {
    this.id = id;
    this.object = object;
    this.annotations = object.path("metadata").path("annotations");
  }

  /**
   * Where an object has its place.
   *
   * @param id of the object, with its namespace
   * @param object desired or live
   * @throws DiffException that lists every annotation that cannot be read
   */
  public static Placement read(ResourceId id, JsonNode object) {
    JsonNode annotations = object.path("metadata").path("annotations");
    boolean any =
        annotations.properties().stream()
            .anyMatch(a -> DIALECTS.stream().anyMatch(d -> a.getKey().startsWith(d)));
    return any ? new PlacementReader(id, object).read() : Placement.PLAIN;
  }

  private Placement read() {
    HookReader hooks = new HookReader(annotations, problems);
    Placement placement =
        new Placement(
            wave(), hooks.hook(), hooks.omitted(), dependsOn(), substitutions(), groups(), rules());
    if (!problems.isEmpty()) {
      throw new DiffException(
          "K8S-ORDER-ANNOTATION",
          Retryability.RETRY_ON_CHANGE,
          id.toString(),
          String.join("; ", problems),
          "correct the annotation; nothing was written",
          null);
    }
    return placement.isPlain() ? Placement.PLAIN : placement;
  }

  private int wave() {
    for (String annotation : List.of(WAVE, WEIGHT)) {
      String text = text(annotation);
      if (text.isEmpty()) {
        continue;
      }
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        problems.add(annotation + ": '" + text + "' is not a whole number");
      }
    }
    return 0;
  }

  private List<ResourceId> dependsOn() {
    List<ResourceId> found = new ArrayList<>();
    String text = text(DEPENDS_ON);
    if (text.isEmpty()) {
      return found;
    }
    for (String reference : text.split(",")) {
      String[] part = reference.strip().split("/", -1);
      boolean namespaced = part.length == 5 && part[1].equals("namespaces");
      if (part.length != 3 && !namespaced || part[part.length - 1].isEmpty()) {
        problems.add(
            DEPENDS_ON
                + ": '"
                + reference.strip()
                + "' is neither group/Kind/name nor group/namespaces/namespace/Kind/name");
        continue;
      }
      found.add(
          namespaced
              ? new ResourceId(part[0], part[3], part[2], part[4])
              : new ResourceId(part[0], part[1], "", part[2]));
    }
    if (found.contains(id)) {
      problems.add(DEPENDS_ON + ": it names the object itself");
    }
    return found;
  }

  private List<Substitution> substitutions() {
    List<Substitution> found = new ArrayList<>();
    String text = text(MUTATION);
    if (text.isEmpty()) {
      return found;
    }
    try {
      List<YamlDocument> documents =
          YamlReader.read(MUTATION, text.getBytes(StandardCharsets.UTF_8), YamlLimits.standard());
      if (documents.size() != 1 || !documents.get(0).value().isArray()) {
        problems.add(MUTATION + ": it is not one list");
        return found;
      }
      for (JsonNode entry : documents.get(0).value()) {
        found.add(substitution(entry));
      }
    } catch (RenderException e) {
      problems.add(MUTATION + ": " + e.failure().reason());
    } catch (IllegalArgumentException e) {
      problems.add(MUTATION + ": " + e.getMessage());
    }
    return found;
  }

  private Substitution substitution(JsonNode entry) {
    JsonNode reference = entry.path("sourceRef");
    String apiVersion = reference.path("apiVersion").asString("");
    String group = reference.path("group").asString(ApiVersion.group(apiVersion));
    ResourceId source =
        new ResourceId(
            group,
            reference.path("kind").asString(""),
            reference.path("namespace").asString(""),
            reference.path("name").asString(""));
    Substitution substitution =
        new Substitution(
            source,
            apiVersion,
            JsonPath.parse(entry.path("sourcePath").asString("")),
            JsonPath.parse(entry.path("targetPath").asString("")),
            entry.path("token").asString(""));
    if (source.equals(id)) {
      throw new IllegalArgumentException("its source is the object itself");
    }
    if (isSecret(source) && !isSecret(id)) {
      throw new IllegalArgumentException(
          "a value of " + source + " would be readable in " + id + " and in every plan of it");
    }
    return substitution;
  }

  private static boolean isSecret(ResourceId object) {
    return object.group().isEmpty() && object.kind().equals("Secret");
  }

  private Set<String> groups() {
    Set<String> groups = new HashSet<>();
    for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
      if (isOrWithSuffix(annotation.getKey(), GROUP)) {
        groups.add(filled(annotation.getKey(), annotation.getValue().asString("").strip()));
      }
    }
    return groups;
  }

  private List<ChangeRule> rules() {
    List<ChangeRule> rules = new ArrayList<>();
    for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
      String key = annotation.getKey();
      if (!isOrWithSuffix(key, RULE)) {
        continue;
      }
      String text = filled(key, annotation.getValue().asString("").strip());
      String[] word = text.split(" ");
      boolean read =
          word.length == 4
              && word[0].matches("upsert|delete")
              && word[1].matches("before|after")
              && word[2].matches("upserting|deleting");
      if (read) {
        rules.add(
            new ChangeRule(
                word[0].equals("upsert") ? Operation.UPSERT : Operation.DELETE,
                word[1].equals("after"),
                word[2].equals("upserting") ? Operation.UPSERT : Operation.DELETE,
                word[3],
                key));
      } else {
        problems.add(
            key
                + ": '"
                + text
                + "' does not read (upsert|delete) (before|after) (upserting|deleting) group");
      }
    }
    return rules;
  }

  private static boolean isOrWithSuffix(String key, String annotation) {
    return key.equals(annotation) || key.startsWith(annotation + ".");
  }

  /** kapp fills names of the object itself into names of groups. */
  private String filled(String annotation, String text) {
    Map<String, String> values =
        Map.of(
            "{api-group}", id.group(),
            "{kind}", id.kind(),
            "{name}", id.name(),
            "{namespace}", id.namespace(),
            "{crd-kind}", definition("names", "kind"),
            "{crd-group}", definition("group"));
    Matcher placeholder = PLACEHOLDER.matcher(text);
    return placeholder.replaceAll(
        found -> {
          String value = values.getOrDefault(found.group(), "");
          if (value.isEmpty()) {
            problems.add(annotation + ": " + found.group() + " has no value for this object");
          }
          return Matcher.quoteReplacement(value);
        });
  }

  private String definition(String... path) {
    if (!id.kind().equals("CustomResourceDefinition")) {
      return "";
    }
    JsonNode value = object.path("spec");
    for (String name : path) {
      value = value.path(name);
    }
    return value.asString("");
  }

  private String text(String annotation) {
    return Optional.ofNullable(annotations.get(annotation))
        .map(a -> a.asString(""))
        .orElse("")
        .strip();
  }
}
