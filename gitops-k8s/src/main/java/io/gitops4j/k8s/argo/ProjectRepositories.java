package io.gitops4j.k8s.argo;

import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.internal.glob.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which repositories a project allows. Immutable. */
final class ProjectRepositories {
  private static final Pattern SSH = Pattern.compile("(ssh://)?[^/:]*@[^@]+");

  private final String project;
  private final List<Rule> rules;

  private ProjectRepositories(String project, List<Rule> rules) {
    this.project = project;
    this.rules = List.copyOf(rules);
  }

  static ProjectRepositories read(String project, Fields spec) {
    List<Rule> rules = new ArrayList<>();
    for (String text : spec.texts("sourceRepos")) {
      try {
        rules.add(Rule.of(text, t -> Glob.ofPath(normal(t))));
      } catch (IllegalArgumentException e) {
        spec.problem("sourceRepos: " + e.getMessage());
      }
    }
    return new ProjectRepositories(project, rules);
  }

  /** Why a repository is not allowed. */
  Optional<String> refusal(String url) {
    String normal = normal(url);
    boolean allowed = false;
    for (Rule rule : rules) {
      if (rule.matches(normal)) {
        allowed = true;
      } else if (rule.denies()) {
        return Optional.of(
            "repository "
                + url
                + " is denied by '"
                + rule
                + "' in sourceRepos of project "
                + project);
      }
    }
    return allowed
        ? Optional.empty()
        : Optional.of(
            "repository "
                + url
                + " is not among sourceRepos of project "
                + project
                + ", which are "
                + rules
                + ": add it there to allow it");
  }

  /** Several addresses lead to one repository. */
  private static String normal(String url) {
    String normal = url.strip().toLowerCase(Locale.ROOT);
    if (SSH.matcher(normal).matches() && !normal.startsWith("ssh://")) {
      normal = normal.replaceFirst(":", "/");
    }
    return normal.replaceFirst("\\.git$", "").replaceFirst("^ssh://", "");
  }
}
