package io.gitops4j.k8s.argo;

import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.internal.glob.Glob;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which kinds a project allows: of those outside of namespaces what is listed, of those inside
 * everything, until something is listed. Immutable.
 */
final class ProjectKinds {
  private final String project;
  private final List<Item> cluster;
  private final List<Item> notCluster;
  private final Optional<List<Item>> namespaced;
  private final List<Item> notNamespaced;

  private ProjectKinds(
      String project,
      List<Item> cluster,
      List<Item> notCluster,
      Optional<List<Item>> namespaced,
      List<Item> notNamespaced) {
    this.project = project;
    this.cluster = cluster;
    this.notCluster = notCluster;
    this.namespaced = namespaced;
    this.notNamespaced = notNamespaced;
  }

  /** An empty name is every name; an empty group is the core group. */
  private record Item(Glob group, Glob kind, Optional<Glob> name) {
    boolean matches(ResourceId id) {
      return kind.matches(id.kind())
          && group.matches(id.group())
          && name.map(n -> n.matches(id.name())).orElse(true);
    }

    @Override
    public String toString() {
      return "{group: '%s', kind: '%s'%s}"
          .formatted(group, kind, name.map(n -> ", name: '" + n + "'").orElse(""));
    }
  }

  static ProjectKinds read(String project, Fields spec) {
    List<Item> cluster = items(spec, "clusterResourceWhitelist", true);
    List<Item> notCluster = items(spec, "clusterResourceBlacklist", true);
    // A list that is there and empty allows nothing, one that is not there everything.
    Optional<List<Item>> namespaced =
        spec.has("namespaceResourceWhitelist")
            ? Optional.of(items(spec, "namespaceResourceWhitelist", false))
            : Optional.empty();
    List<Item> notNamespaced = items(spec, "namespaceResourceBlacklist", false);
    return new ProjectKinds(project, cluster, notCluster, namespaced, notNamespaced);
  }

  private static List<Item> items(Fields spec, String list, boolean named) {
    List<Item> items = new ArrayList<>();
    for (Fields item : spec.objects(list)) {
      try {
        Optional<String> name = named ? item.text("name") : Optional.empty();
        items.add(
            new Item(
                Glob.ofKind(item.text("group").orElse("")),
                Glob.ofKind(item.requiredText("kind")),
                name.filter(n -> !n.isEmpty()).map(Glob::ofKind)));
      } catch (IllegalArgumentException e) {
        item.problem(e.getMessage());
      }
    }
    return List.copyOf(items);
  }

  /** Why an object's kind is not allowed. */
  Optional<String> refusal(ResourceId id) {
    boolean inside = !id.namespace().isEmpty();
    String scope = inside ? "namespace" : "cluster";
    for (Item item : inside ? notNamespaced : notCluster) {
      if (item.matches(id)) {
        return Optional.of(
            "its kind is denied by %s in %sResourceBlacklist of project %s"
                .formatted(item, scope, project));
      }
    }
    Optional<List<Item>> allowed = inside ? namespaced : Optional.of(cluster);
    if (allowed.isEmpty() || allowed.get().stream().anyMatch(i -> i.matches(id))) {
      return Optional.empty();
    }
    return Optional.of(
        "its kind is not in %sResourceWhitelist of project %s: add {group: '%s', kind: '%s'} there to allow it"
            .formatted(scope, project, id.group(), id.kind()));
  }
}
