package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.health.BuiltInKinds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which kinds an object may have made objects of. For the kinds of Kubernetes itself that is known.
 * A custom resource makes workloads and objects of its own API domain, as a Certificate of
 * cert-manager.io makes an Order of acme.cert-manager.io; unless the domain is a whole cloud, as
 * that of Crossplane's providers.
 */
final class Offspring {
  private static final Set<String> PODS = Set.of("/Pod");

  private static final Map<String, Set<String>> BUILT_IN =
      Map.of(
          "apps/Deployment", Set.of("apps/ReplicaSet", "/Pod"),
          "apps/ReplicaSet", PODS,
          "apps/StatefulSet", PODS,
          "apps/DaemonSet", PODS,
          "/ReplicationController", PODS,
          "batch/Job", PODS,
          "batch/CronJob", Set.of("batch/Job", "/Pod"));

  private static final Set<String> WORKLOADS =
      Set.of(
          "apps/Deployment",
          "apps/ReplicaSet",
          "apps/StatefulSet",
          "apps/DaemonSet",
          "batch/Job",
          "batch/CronJob",
          "/Pod",
          "/PersistentVolumeClaim",
          "/Service",
          "networking.k8s.io/Ingress");

  /** Of a domain with more kinds than this, an object would mean hundreds of lists and streams. */
  private static final int MOST_KINDS = 100;

  private final Discovery discovery;

  Offspring(Discovery discovery) {
    this.discovery = discovery;
  }

  /** The kinds that objects of a kind may lead to, in all depths. */
  Collection<ApiResource> of(ApiResource parent) {
    String name = name(parent);
    if (BuiltInKinds.served(parent.group())) {
      return kinds(BUILT_IN.getOrDefault(name, Set.of()));
    }
    Set<ApiResource> kinds = new LinkedHashSet<>(kinds(WORKLOADS));
    List<ApiResource> related = related(domain(parent.group()));
    if (related.size() <= MOST_KINDS) {
      kinds.addAll(related);
    }
    return kinds;
  }

  /** Where objects of a kind may have made objects that {@link #of} does not lead to. */
  List<String> unseen(ApiResource parent) {
    if (BuiltInKinds.served(parent.group())) {
      return List.of();
    }
    String domain = domain(parent.group());
    List<String> unseen = new ArrayList<>();
    discovery.silent().stream()
        .filter(group -> domain(group).equals(domain))
        .sorted()
        .map(Lists::silent)
        .forEach(unseen::add);
    int related = related(domain).size();
    if (related > MOST_KINDS) {
      unseen.add("the " + related + " kinds of " + domain + " are too many to look through");
    }
    return unseen;
  }

  private List<ApiResource> related(String domain) {
    return discovery.preferred().stream()
        .filter(k -> !BuiltInKinds.served(k.group()) && domain(k.group()).equals(domain))
        .toList();
  }

  private List<ApiResource> kinds(Set<String> names) {
    return names.isEmpty()
        ? List.of()
        : discovery.preferred().stream().filter(k -> names.contains(name(k))).toList();
  }

  private static String name(ApiResource kind) {
    return kind.group() + "/" + kind.kind();
  }

  /** What whoever registered a domain has called it: its last two labels. */
  private static String domain(String group) {
    List<String> labels = List.of(group.split("\\."));
    return labels.stream().skip(Math.max(0, labels.size() - 2)).collect(Collectors.joining("."));
  }
}
