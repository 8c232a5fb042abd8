package io.gitops4j.k8s.argo;

import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.internal.glob.Glob;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a project watches for what nobody owns, and what it leaves out. Immutable. */
record ProjectOrphans(boolean watched, boolean warns, List<Ignored> ignored) {
  ProjectOrphans {
    ignored = List.copyOf(ignored);
  }

  /** An empty kind or name is every one; an empty group is the core group. */
  record Ignored(Glob group, Optional<Glob> kind, Optional<Glob> name) {
    boolean matches(ResourceId id) {
      return group.matches(id.group())
          && kind.map(k -> k.matches(id.kind())).orElse(true)
          && name.map(n -> n.matches(id.name())).orElse(true);
    }
  }

  static ProjectOrphans read(Fields spec) {
    boolean watched = spec.has("orphanedResources");
    Fields settings = spec.object("orphanedResources");
    boolean warns = settings.flag("warn");
    List<Ignored> ignored = new ArrayList<>();
    for (Fields item : settings.objects("ignore")) {
      try {
        ignored.add(
            new Ignored(
                Glob.of(item.text("group").orElse("")),
                item.text("kind").filter(k -> !k.isEmpty()).map(Glob::of),
                item.text("name").filter(n -> !n.isEmpty()).map(Glob::of)));
      } catch (IllegalArgumentException e) {
        item.problem(e.getMessage());
      }
    }
    return new ProjectOrphans(watched, warns, ignored);
  }

  boolean ignores(ResourceId id) {
    return ignored.stream().anyMatch(i -> i.matches(id));
  }
}
