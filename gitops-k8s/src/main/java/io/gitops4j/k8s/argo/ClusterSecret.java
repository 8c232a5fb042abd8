package io.gitops4j.k8s.argo;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.gate.Gate;
import io.gitops4j.gate.GateDecision;
import io.gitops4j.k8s.ExecPlugins;
import io.gitops4j.k8s.KubeconfigFeature;
import io.gitops4j.k8s.KubernetesConfig.KubeconfigContent;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.ObjectPermissions;
import io.gitops4j.k8s.internal.render.SecretData;
import io.gitops4j.model.Sensitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A cluster as Argo CD keeps it: a Secret with the label {@code argocd.argoproj.io/secret-type:
 * cluster}. A field that is not honoured is an error that names it; {@code shard} is read and has
 * no effect, because it says which controller of Argo CD is responsible. No message, and no text
 * form, holds what it holds. Immutable.
 *
 * @param secret which Secret it is, for messages
 * @param name that applications call it by; its address where it has none
 * @param server the address of its API, without a slash at its end
 * @param namespaces that may be touched; empty for all
 * @param clusterResources whether objects outside of namespaces may be, where namespaces are named
 * @param project that it is reserved for, empty for none
 * @param skipReconcile whether its applications are to be left alone
 * @param labels of the Secret, without that of Argo CD
 * @param kubeconfig what {@code config} comes to; empty for the cluster that this is given
 */
public record ClusterSecret(
    String secret,
    String name,
    String server,
    List<String> namespaces,
    boolean clusterResources,
    String project,
    boolean skipReconcile,
    Map<String, String> labels,
    Optional<Sensitive<String>> kubeconfig) {
  static final String TYPE = "argocd.argoproj.io/secret-type";
  private static final Set<String> KNOWN =
      Set.of("name", "server", "config", "namespaces", "clusterResources", "shard", "project");

  /** Checks that no part is missing. */
  public ClusterSecret {
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(server, "server");
    namespaces = List.copyOf(namespaces);
    Objects.requireNonNull(project, "project");
    labels = Map.copyOf(labels);
    Objects.requireNonNull(kubeconfig, "kubeconfig");
  }

  /**
   * Reads one.
   *
   * @param file its name, for messages
   * @param content YAML or JSON with exactly one object
   * @return the cluster
   * @throws ConfigurationException that lists every field that is missing, wrong or not honoured
   * @throws io.gitops4j.error.RenderException when it is no manifest at all
   */
  public static ClusterSecret read(String file, byte[] content) {
    List<Manifest> manifests = ManifestRenderer.read(file, content);
    if (manifests.size() != 1 || !is(manifests.get(0))) {
      throw new ConfigurationException(
          file, List.of("it is not one Secret with the label " + TYPE + ": cluster"));
    }
    return of(manifests.get(0));
  }

  /** Whether an object is a cluster. */
  static boolean is(Manifest manifest) {
    return manifest.id().kind().equals("Secret")
        && manifest.id().group().isEmpty()
        && labels(manifest).getOrDefault(TYPE, "").equals("cluster");
  }

  private static Map<String, String> labels(Manifest manifest) {
    Map<String, String> labels = new TreeMap<>();
    manifest
        .object()
        .path("metadata")
        .path("labels")
        .properties()
        .forEach(l -> labels.put(l.getKey(), l.getValue().asString("")));
    return labels;
  }

  static ClusterSecret of(Manifest manifest) {
    SecretData data = SecretData.ofSecret(manifest);
    List<String> problems = new ArrayList<>();
    data.keys().stream()
        .filter(key -> !KNOWN.contains(key))
        .forEach(key -> problems.add(key + " is not honoured: remove it"));
    String server = Application.address(data.text("server").orElse(""));
    if (server.isEmpty()) {
      problems.add("server is missing");
    }
    String whether = data.text("clusterResources").orElse("false");
    if (!whether.equals("true") && !whether.equals("false")) {
      problems.add("clusterResources is neither \"true\" nor \"false\"");
    }
    if (!data.text("shard").orElse("0").matches("\\d{1,9}")) {
      problems.add("shard is no number");
    }
    ClusterConfig config = ClusterConfig.read(data.text("config").orElse(""), problems);
    boolean given = server.equals(ProjectCluster.IN_CLUSTER.server());
    if (given && config.saysHow()) {
      problems.add(
          "config says how to reach "
              + server
              + ", which is the cluster that is given: leave it out, or write its address");
    }
    Optional<Sensitive<String>> kubeconfig =
        given ? Optional.empty() : Optional.of(config.kubeconfig(server));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(manifest.toString(), problems);
    }
    Map<String, String> labels = labels(manifest);
    labels.remove(TYPE);
    return new ClusterSecret(
        manifest.id().toString(),
        data.text("name").orElse(given ? ProjectCluster.IN_CLUSTER.name() : server),
        server,
        Stream.of(data.text("namespaces").orElse("").split(","))
            .map(String::strip)
            .filter(n -> !n.isEmpty())
            .toList(),
        whether.equals("true"),
        data.text("project").orElse(""),
        ArgoManifest.skipped(manifest),
        labels,
        kubeconfig);
  }

  /**
   * How to reach it.
   *
   * @param allowed what it may ask for: {@code insecure} needs {@link
   *     KubeconfigFeature#INSECURE_TLS}, {@code proxyUrl} needs {@link KubeconfigFeature#PROXY}
   * @param plugins which programs may be run: {@code awsAuthConfig} needs {@code aws}, {@code
   *     execProviderConfig} its command
   * @return the access; empty for the cluster that this is given
   */
  public Optional<KubeconfigContent> access(Set<KubeconfigFeature> allowed, ExecPlugins plugins) {
    return kubeconfig.map(k -> new KubeconfigContent(k, Optional.empty(), allowed, plugins));
  }

  /**
   * How an {@link AppProject} sees it.
   *
   * @return its address, name and project
   */
  public ProjectCluster projectCluster() {
    return new ProjectCluster(server, name, project);
  }

  /**
   * What may be touched in it.
   *
   * @return the permissions, for {@link
   *     io.gitops4j.k8s.KubernetesConfigBuilder#permissions(ObjectPermissions)}
   */
  public ObjectPermissions permissions() {
    if (namespaces.isEmpty()) {
      return ObjectPermissions.all();
    }
    return id -> {
      if (id.namespace().isEmpty()) {
        return clusterResources
            ? Optional.empty()
            : Optional.of(
                "cluster %s is restricted to namespaces %s: set clusterResources in its Secret to allow it"
                    .formatted(name, namespaces));
      }
      return namespaces.contains(id.namespace())
          ? Optional.empty()
          : Optional.of(
              "namespace %s is not among those of cluster %s, which are %s: add it to its Secret to allow it"
                  .formatted(id.namespace(), name, namespaces));
    };
  }

  /**
   * Holds every plan while the Secret says {@code argocd.argoproj.io/skip-reconcile: "true"}.
   *
   * @return the gate
   */
  public Gate gate() {
    return (plan, context) ->
        skipReconcile
            ? GateDecision.held("cluster " + name + " says " + Application.SKIP + ": true")
            : GateDecision.allowed();
  }

  /** Which cluster it is, and nothing that it holds. */
  @Override
  public String toString() {
    return "cluster " + name + " at " + server + " (" + secret + ")";
  }
}
