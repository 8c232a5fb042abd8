package io.gitops4j.k8s.argo;

import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.internal.glob.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which places a project allows. Immutable. */
final class ProjectDestinations {
  private final String project;
  private final List<Item> items;
  private final boolean onlyScoped;

  private ProjectDestinations(String project, List<Item> items, boolean onlyScoped) {
    this.project = project;
    this.items = List.copyOf(items);
    this.onlyScoped = onlyScoped;
  }

  private record Item(Rule server, Rule name, Rule namespace) {
    @Override
    public String toString() {
      return "{server: '%s', name: '%s', namespace: '%s'}".formatted(server, name, namespace);
    }
  }

  static ProjectDestinations read(String project, Fields spec) {
    List<Item> items = new ArrayList<>();
    for (Fields item : spec.objects("destinations")) {
      Optional<Rule> server = Rule.read(item, "server", s -> Glob.of(Application.address(s)));
      Optional<Rule> name = Rule.read(item, "name", Glob::of);
      Optional<Rule> namespace = Rule.read(item, "namespace", Glob::of);
      if (server.isPresent() && name.isPresent() && namespace.isPresent()) {
        items.add(new Item(server.get(), name.get(), namespace.get()));
      }
    }
    return new ProjectDestinations(project, items, spec.flag("permitOnlyProjectScopedClusters"));
  }

  /** Why a place is not allowed. */
  Optional<String> refusal(ProjectCluster cluster, String namespace) {
    String place = "namespace '" + namespace + "' of " + shown(cluster);
    boolean allowed = false;
    for (Item item : items) {
      boolean name = !cluster.name().isEmpty() && item.name().matches(cluster.name());
      boolean server = !cluster.server().isEmpty() && item.server().matches(cluster.server());
      boolean inside = item.namespace().matches(namespace);
      // The order in which they bind is Argo CD's own, so that the same manifest means the same.
      boolean denied =
          !name && item.name().denies()
              || !server && item.server().denies() && inside
              || !inside && item.namespace().denies() && server;
      if ((server || name) && inside) {
        allowed = true;
      } else if (denied) {
        return Optional.of(place + " is denied by destination " + item + " of project " + project);
      }
    }
    if (!allowed) {
      return Optional.of(
          place
              + " is not among the destinations of project "
              + project
              + ", which are "
              + items
              + ": add it there to allow it");
    }
    return onlyScoped && !cluster.project().equals(project)
        ? Optional.of(
            shown(cluster)
                + " is not reserved for project "
                + project
                + ", which permits only clusters that are (permitOnlyProjectScopedClusters)")
        : Optional.empty();
  }

  private static String shown(ProjectCluster cluster) {
    return "cluster "
        + cluster.server()
        + (cluster.name().isEmpty() ? "" : " (" + cluster.name() + ")");
  }
}
