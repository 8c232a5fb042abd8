package io.gitops4j.k8s.internal.health;

import io.gitops4j.health.Health;
import io.gitops4j.k8s.YamlLimits;
import io.gitops4j.k8s.internal.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The rules that come with the library: one file per API group, read when an object of the group is
 * seen for the first time. Thread-safe.
 */
final class RuleBook {
  private static final String FOLDER = "/io/gitops4j/k8s/health/";
  private static final String ANY = "_";

  /** A jar cannot be asked which files it holds, so the groups are listed in one. */
  private static final Set<String> FILES =
      new String(content("index.txt"), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.isBlank())
          .collect(Collectors.toUnmodifiableSet());

  private static final Map<String, Map<String, KindRules>> GROUPS = new ConcurrentHashMap<>();

  private RuleBook() {}

  /** What the rules say about an object; empty where no rule fits. */
  static Optional<Health> assess(String group, String kind, JsonNode live) {
    for (String file : files(group)) {
      Map<String, KindRules> kinds = kinds(file);
      KindRules rules = kinds.getOrDefault(kind, kinds.get(ANY));
      if (rules != null) {
        return rules.assess(live);
      }
    }
    return Optional.empty();
  }

  /** The files that may speak for a group, the most special first. */
  private static List<String> files(String group) {
    List<String> found = new ArrayList<>();
    if (FILES.contains(group)) {
      found.add(group);
    }
    for (int dot = group.indexOf('.'); dot >= 0; dot = group.indexOf('.', dot + 1)) {
      String file = ANY + group.substring(dot);
      if (FILES.contains(file)) {
        found.add(file);
      }
    }
    return found;
  }

  /** All groups that have a file. */
  static Set<String> groups() {
    return FILES;
  }

  /** The kinds of a file with their rules. */
  static Map<String, KindRules> kinds(String file) {
    return GROUPS.computeIfAbsent(file, RuleBook::read);
  }

  private static Map<String, KindRules> read(String file) {
    JsonNode tree =
        YamlReader.read(file, content(file + ".yaml"), YamlLimits.standard()).get(0).value();
    Map<String, KindRules> kinds = new HashMap<>();
    tree.properties()
        .forEach(
            e -> {
              KindRules rules = new KindRules(file + " " + e.getKey(), e.getValue());
              for (String kind : e.getKey().split(",")) {
                kinds.put(kind.strip(), rules);
              }
            });
    return Map.copyOf(kinds);
  }

  private static byte[] content(String name) {
    try (InputStream file = RuleBook.class.getResourceAsStream(FOLDER + name)) {
      if (file == null) {
        throw new IllegalStateException("the jar lacks " + FOLDER + name);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(FOLDER + name, e);
    }
  }
}
