package io.gitops4j.k8s.internal.observe;

import io.gitops4j.error.Stage;
import io.gitops4j.k8s.Orphans;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.observe.Lists.Listing;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Lists every kind of some namespaces, by metadata, for what belongs to nobody. What a cluster
 * makes by itself is left out, as Argo CD leaves it out.
 */
public final class OrphanSearch {
  /** All of what our own labels and annotations begin with. */
  private static final String OURS = "gitops4j.io/";

  private static final Set<String> MADE_BY_CLUSTER =
      Set.of(
          "/Event",
          "/Endpoints",
          "discovery.k8s.io/EndpointSlice",
          "coordination.k8s.io/Lease",
          "cert-manager.io/CertificateRequest",
          "cilium.io/CiliumEndpoint",
          "kyverno.io/UpdateRequest",
          "kyverno.io/AdmissionReport",
          "kyverno.io/BackgroundScanReport",
          "reports.kyverno.io/EphemeralReport",
          "wgpolicyk8s.io/PolicyReport");

  private static final Set<String> GROUPS_OF_CLUSTER = Set.of("events.k8s.io", "metrics.k8s.io");

  private final KubeHttp http;
  private final Discovery discovery;
  private final Lists lists;

  /** Sends its lists through the given HTTP. */
  public OrphanSearch(KubeHttp http, Discovery discovery) {
    this.http = http;
    this.discovery = discovery;
    this.lists = new Lists(http);
  }

  /** One kind in one namespace. */
  private record Place(ApiResource kind, String namespace) {}

  /**
   * Looks.
   *
   * @param namespaces where
   * @param view of whoever looks
   * @param ignored what is left out besides
   */
  public Orphans search(
      Collection<String> namespaces,
      View view,
      Predicate<ResourceId> ignored,
      OperationContext context) {
    discovery.refresh(context);
    Map<Place, CompletableFuture<Listing<LiveSummary>>> asked = new LinkedHashMap<>();
    for (ApiResource kind : discovery.preferred()) {
      if (kind.namespaced() && !ofCluster(kind)) {
        namespaces.forEach(
            n ->
                asked.put(
                    new Place(kind, n), lists.metadata(kind, n, view, OrphanSearch::unowned)));
      }
    }
    SortedSet<ResourceId> found = new TreeSet<>();
    List<String> unseen = new ArrayList<>();
    discovery.silent().stream()
        .filter(group -> !GROUPS_OF_CLUSTER.contains(group))
        .sorted()
        .map(Lists::silent)
        .forEach(unseen::add);
    asked.forEach(
        (place, answer) -> {
          try {
            http.await(answer, Stage.HEALTH, context).objects().keySet().stream()
                .filter(id -> !inEveryNamespace(id) && !ofServer(id) && !ignored.test(id))
                .forEach(found::add);
          } catch (ExecutionException e) {
            Lists.unseen(place.kind(), place.namespace(), e).ifPresent(unseen::add);
          }
        });
    return new Orphans(found, unseen);
  }

  private static boolean ofCluster(ApiResource kind) {
    return GROUPS_OF_CLUSTER.contains(kind.group())
        || MADE_BY_CLUSTER.contains(kind.group() + "/" + kind.kind());
  }

  private static boolean unowned(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    boolean ours =
        metadata.path("labels").propertyNames().stream().anyMatch(l -> l.startsWith(OURS));
    boolean token = metadata.path("annotations").has("kubernetes.io/service-account.name");
    return metadata.path("ownerReferences").isEmpty() && !ours && !token;
  }

  /** What the cluster makes with every namespace. */
  public static boolean inEveryNamespace(ResourceId id) {
    return id.group().isEmpty()
        && (id.kind().equals("ServiceAccount") && id.name().equals("default")
            || id.kind().equals("ConfigMap") && id.name().equals("kube-root-ca.crt"));
  }

  /** The way to the server itself. */
  private static boolean ofServer(ResourceId id) {
    return id.equals(new ResourceId("", "Service", "default", "kubernetes"));
  }
}
