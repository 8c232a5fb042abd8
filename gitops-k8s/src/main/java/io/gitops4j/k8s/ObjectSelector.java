package io.gitops4j.k8s;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.internal.ignore.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Objects by patterns, as the {@code target} of Flux and of a Kustomize patch. The first five are
 * regular expressions that must match the whole; what is empty matches everything. Immutable.
 *
 * @param group of the objects
 * @param version of their API
 * @param kind of the objects
 * @param namespace of the objects
 * @param name of the objects
 * @param labelSelector such as {@code app=web,tier in (a,b),!canary}
 * @param annotationSelector the same over annotations
 */
public record ObjectSelector(
    String group,
    String version,
    String kind,
    String namespace,
    String name,
    String labelSelector,
    String annotationSelector) {
  private static final int LONGEST = 500;

  /**
   * Checks everything.
   *
   * @throws ConfigurationException that lists all problems
   */
  public ObjectSelector {
    List<String> problems = new ArrayList<>();
    Map<String, String> patterns = new TreeMap<>();
    patterns.put("group", Objects.requireNonNull(group, "group"));
    patterns.put("version", Objects.requireNonNull(version, "version"));
    patterns.put("kind", Objects.requireNonNull(kind, "kind"));
    patterns.put("namespace", Objects.requireNonNull(namespace, "namespace"));
    patterns.put("name", Objects.requireNonNull(name, "name"));
    patterns.forEach(
        (what, pattern) -> {
          try {
            Pattern.compile(pattern);
          } catch (PatternSyntaxException e) {
            problems.add(what + " '" + pattern + "' is no pattern: " + e.getDescription());
          }
          if (pattern.length() > LONGEST) {
            problems.add(what + " is longer than " + LONGEST + " characters");
          }
        });
    Map<String, String> selectors = new TreeMap<>();
    selectors.put("labelSelector", Objects.requireNonNull(labelSelector, "labelSelector"));
    selectors.put(
        "annotationSelector", Objects.requireNonNull(annotationSelector, "annotationSelector"));
    selectors.forEach(
        (what, selector) -> {
          try {
            LabelSelector.parse(selector);
          } catch (IllegalArgumentException e) {
            problems.add(what + " " + e.getMessage());
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationException("selector of objects", problems);
    }
  }

  /**
   * Selects everything.
   *
   * @return the selector
   */
  public static ObjectSelector everything() {
    return new ObjectSelector("", "", "", "", "", "", "");
  }
}
