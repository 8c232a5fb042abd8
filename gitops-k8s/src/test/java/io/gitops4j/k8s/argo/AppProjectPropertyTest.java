package io.gitops4j.k8s.argo;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.k8s.ObjectPermissions;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Projects by chance, judged a second time from what their manifest says in plain words. */
class AppProjectPropertyTest {
  private static final String SERVER = "https://one.example.com";
  private static final ProjectCluster CLUSTER = new ProjectCluster(SERVER, "one", "");

  /** A pattern without signs, {@code *}, or a beginning and {@code *}. */
  private static boolean fits(String pattern, String value) {
    return pattern.endsWith("*")
        ? value.startsWith(pattern.substring(0, pattern.length() - 1))
        : pattern.equals(value);
  }

  private record Kind(String group, String kind) {
    String yaml() {
      return "{group: '" + group + "', kind: '" + kind + "'}";
    }

    boolean fits(ResourceId id) {
      return AppProjectPropertyTest.fits(group, id.group())
          && AppProjectPropertyTest.fits(kind, id.kind());
    }
  }

  private record Project(
      List<String> allowedNamespaces,
      List<String> deniedNamespaces,
      List<Kind> cluster,
      List<Kind> notCluster,
      Optional<List<Kind>> namespaced,
      List<Kind> notNamespaced) {
    String yaml() {
      StringBuilder places = new StringBuilder();
      allowedNamespaces.forEach(n -> places.append("{server: '*', namespace: '" + n + "'}, "));
      deniedNamespaces.forEach(n -> places.append("{server: '*', namespace: '!" + n + "'}, "));
      return "destinations: ["
          + places
          + "]"
          + kinds("clusterResourceWhitelist", cluster)
          + kinds("clusterResourceBlacklist", notCluster)
          + namespaced.map(k -> kinds("namespaceResourceWhitelist", k)).orElse("")
          + kinds("namespaceResourceBlacklist", notNamespaced);
    }

    private static String kinds(String list, List<Kind> kinds) {
      return "\n  " + list + ": " + kinds.stream().map(Kind::yaml).toList();
    }

    boolean permits(ResourceId id) {
      if (id.namespace().isEmpty()) {
        return cluster.stream().anyMatch(k -> k.fits(id))
            && notCluster.stream().noneMatch(k -> k.fits(id));
      }
      // A rule that denies some allows the others.
      boolean place =
          deniedNamespaces.stream().noneMatch(n -> fits(n, id.namespace()))
              && (!deniedNamespaces.isEmpty()
                  || allowedNamespaces.stream().anyMatch(n -> fits(n, id.namespace())));
      return place
          && namespaced.map(l -> l.stream().anyMatch(k -> k.fits(id))).orElse(true)
          && notNamespaced.stream().noneMatch(k -> k.fits(id));
    }
  }

  @Property(tries = 500)
  @Label("an object passes exactly when its project says so, and is told why when it does not")
  void judgesAsWritten(
      @ForAll("projects") Project project, @ForAll("objects") List<ResourceId> all) {
    ObjectPermissions permissions = AppProjectTest.project(project.yaml()).permissions(CLUSTER);
    for (ResourceId id : all) {
      Optional<String> refusal = permissions.refusal(id);
      assertThat(refusal.isEmpty())
          .as("%s by %s", id, project.yaml())
          .isEqualTo(project.permits(id));
      refusal.ifPresent(why -> assertThat(why).contains("project team"));
    }
  }

  @Provide
  Arbitrary<Project> projects() {
    Arbitrary<String> namespaces = Arbitraries.of("a", "b", "team-*", "*", "team-a");
    Arbitrary<Kind> kinds =
        Combinators.combine(
                Arbitraries.of("", "apps", "*", "rbac*"),
                Arbitraries.of("ConfigMap", "Secret", "*", "Cluster*", "Namespace"))
            .as(Kind::new);
    return Combinators.combine(
            namespaces.list().ofMaxSize(3).uniqueElements(),
            Arbitraries.of("a", "team-*", "b").list().ofMaxSize(1),
            kinds.list().ofMaxSize(2),
            kinds.list().ofMaxSize(1),
            kinds.list().ofMaxSize(3).optional(0.6),
            kinds.list().ofMaxSize(2))
        .as(Project::new);
  }

  @Provide
  Arbitrary<List<ResourceId>> objects() {
    return Combinators.combine(
            Arbitraries.of("", "apps", "rbac.authorization.k8s.io"),
            Arbitraries.of("ConfigMap", "Secret", "ClusterRole", "Namespace"),
            Arbitraries.of("", "a", "b", "team-a", "team-b", "other"),
            Arbitraries.of("x", "y"))
        .as(ResourceId::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }
}
