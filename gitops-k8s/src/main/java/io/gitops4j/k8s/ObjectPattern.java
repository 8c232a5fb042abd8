package io.gitops4j.k8s;

import io.gitops4j.model.ResourceId;

/** Which objects a rule speaks of: {@code *} stands for any characters. */
final class ObjectPattern {
  private ObjectPattern() {}

  /** Whether an object fits; an empty namespace or name fits all. */
  static boolean matches(String group, String kind, String namespace, String name, ResourceId id) {
    return matches(group, id.group())
        && matches(kind, id.kind())
        && (namespace.isEmpty() || matches(namespace, id.namespace()))
        && (name.isEmpty() || matches(name, id.name()));
  }

  /** In time that grows with the lengths only, however many stars there are. */
  private static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int from = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        from = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++from;
      } else {
        return false;
      }
    }
    return pattern.substring(p).chars().allMatch(c -> c == '*');
  }
}
