package io.gitops4j.k8s.argo;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.SyncWindow;
import io.gitops4j.internal.json.Fields;
import io.gitops4j.k8s.Impersonation;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ObjectPermissions;
import io.gitops4j.k8s.internal.glob.Glob;
import io.gitops4j.model.ResourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An Argo CD {@code AppProject} ({@code argoproj.io/v1alpha1}): what its applications may use,
 * touch and be, with the rules of Argo CD. A field that is not honoured is an error that names it.
 * {@code roles} are read and have no effect: they say who may use the API server of Argo CD.
 * Immutable.
 */
public final class AppProject {
  private final String name;
  private final String namespace;
  private final ProjectRepositories repositories;
  private final ProjectDestinations destinations;
  private final ProjectKinds kinds;
  private final List<String> sourceNamespaces;
  private final List<ProjectWindow> windows;
  private final ProjectAccounts accounts;
  private final ProjectOrphans orphans;

  private AppProject(ResourceId id, Fields spec) {
    name = id.name();
    namespace = id.namespace();
    repositories = ProjectRepositories.read(name, spec);
    destinations = ProjectDestinations.read(name, spec);
    kinds = ProjectKinds.read(name, spec);
    sourceNamespaces = spec.texts("sourceNamespaces");
    sourceNamespaces.forEach(
        n -> {
          try {
            homeMatches(n, "");
          } catch (IllegalArgumentException e) {
            spec.problem("sourceNamespaces: " + e.getMessage());
          }
        });
    windows = ProjectWindow.read(spec);
    accounts = ProjectAccounts.read(spec);
    orphans = ProjectOrphans.read(spec);
    spec.ignore("description", "roles");
  }

  /**
   * Reads one.
   *
   * @param file its name, for messages
   * @param content YAML or JSON with exactly one object
   * @return the project
   * @throws ConfigurationException that lists every field that is missing, wrong or not honoured
   * @throws io.gitops4j.error.RenderException when it is no manifest at all
   */
  public static AppProject read(String file, byte[] content) {
    Manifest manifest = ArgoManifest.read(file, content, "AppProject");
    Fields root = new Fields(manifest.object());
    root.ignore("apiVersion", "kind", "metadata", "status");
    AppProject project = new AppProject(manifest.id(), root.required("spec"));
    root.finish(manifest.origin().toString());
    return project;
  }

  /**
   * Its name.
   *
   * @return the name that applications give as their project
   */
  public String name() {
    return name;
  }

  /**
   * Refuses an application that the project does not let be, before anything is fetched for it.
   *
   * @param application which
   * @param cluster that it goes to
   * @throws ConfigurationException that lists every reason: another project, its repository, its
   *     destination, where it lives itself, a service account that is missing
   */
  public void admit(Application application, ProjectCluster cluster) {
    List<String> refused = new ArrayList<>();
    if (!application.project().equals(name)) {
      refused.add("spec.project is " + application.project() + ", the project given is " + name);
    }
    repositories.refusal(application.repoUrl()).ifPresent(refused::add);
    destinations.refusal(cluster, application.namespace()).ifPresent(refused::add);
    String home = application.sourceNamespace();
    if (!home.isEmpty()
        && !home.equals(namespace)
        && sourceNamespaces.stream().noneMatch(n -> homeMatches(n, home))) {
      refused.add(
          "it lives in namespace '%s', which is not among sourceNamespaces of project %s, which are %s"
              .formatted(home, name, sourceNamespaces));
    }
    if (!accounts.isEmpty() && account(application, cluster).isEmpty()) {
      refused.add(
          "none of destinationServiceAccounts of project %s is for namespace '%s' of cluster %s"
              .formatted(name, application.namespace(), cluster.server()));
    }
    if (!refused.isEmpty()) {
      throw new ConfigurationException("Application " + application.name(), refused);
    }
  }

  /** A text between slashes is a regular expression, any other a glob. */
  private static boolean homeMatches(String pattern, String home) {
    try {
      return pattern.length() > 1 && pattern.startsWith("/") && pattern.endsWith("/")
          ? Pattern.compile(pattern.substring(1, pattern.length() - 1)).matcher(home).find()
          : Glob.of(pattern).matches(home);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("'" + pattern + "' is no regular expression", e);
    }
  }

  /**
   * What its applications may touch in a cluster.
   *
   * @param cluster which
   * @return the permissions, for {@link
   *     io.gitops4j.k8s.KubernetesConfigBuilder#permissions(ObjectPermissions)}
   */
  public ObjectPermissions permissions(ProjectCluster cluster) {
    Objects.requireNonNull(cluster, "cluster");
    return id -> {
      Optional<String> place =
          id.namespace().isEmpty()
              ? Optional.empty()
              : destinations.refusal(cluster, id.namespace());
      String refused =
          Stream.of(kinds.refusal(id), place)
              .flatMap(Optional::stream)
              .collect(Collectors.joining(", and "));
      return refused.isEmpty() ? Optional.empty() : Optional.of(refused);
    };
  }

  /**
   * The sync windows of an application.
   *
   * @param application which
   * @return those that are for it, for {@link io.gitops4j.gate.SyncWindows}
   */
  public List<SyncWindow> syncWindows(Application application) {
    return windows.stream().filter(w -> w.isFor(application)).map(ProjectWindow::window).toList();
  }

  /**
   * In whose name an application reads and writes.
   *
   * @param application which
   * @param cluster that it goes to
   * @return the service account; empty when the project names none at all. One that names some, and
   *     none that fits, does not {@link #admit} the application
   */
  public Optional<Impersonation> account(Application application, ProjectCluster cluster) {
    String home =
        application.namespace().isEmpty() ? application.sourceNamespace() : application.namespace();
    return accounts.find(cluster.server(), application.namespace(), home);
  }

  /**
   * Whether it watches for objects that nobody owns.
   *
   * @return true when it says {@code orphanedResources}
   */
  public boolean watchesOrphans() {
    return orphans.watched();
  }

  /**
   * Whether it warns of objects that nobody owns.
   *
   * @return true when it says {@code orphanedResources.warn}
   */
  public boolean warnsOfOrphans() {
    return orphans.warns();
  }

  /**
   * Whether an object that nobody owns is left out: by its rules, or because its applications might
   * not touch it anyway.
   *
   * @param id of the object
   * @return whether it is
   */
  public boolean ignoresOrphan(ResourceId id) {
    return orphans.ignores(id) || kinds.refusal(id).isPresent();
  }
}
