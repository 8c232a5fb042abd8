package io.gitops4j.k8s.internal.diff;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Finds for every manifest how it is served, and makes it ready; what was made ready last for a
 * target is kept until something else is desired. Thread-safe.
 */
public final class Preparation {
  private final Discovery discovery;
  private final ClusterSettings settings;
  private final Map<TargetId, Last> last = new ConcurrentHashMap<>();

  private record Last(
      ManifestSet desired, int generation, SortedMap<ResourceId, Prepared> prepared) {}

  /** Uses what discovery knows. */
  public Preparation(Discovery discovery, ClusterSettings settings) {
    this.discovery = discovery;
    this.settings = settings;
  }

  /**
   * All manifests, ready.
   *
   * @throws DiffException that lists every manifest of a kind that is neither served nor defined,
   *     or every one that is too large for a server
   */
  public SortedMap<ResourceId, Prepared> prepare(
      ManifestSet desired, TargetId target, OperationContext context) {
    if (known(desired, target)) {
      return last.get(target).prepared();
    }
    SortedMap<ResourceId, Prepared> prepared =
        Collections.unmodifiableSortedMap(makeReady(desired, target, context));
    if (prepared.values().stream().allMatch(Prepared::servedYet)) {
      last.put(target, new Last(desired, discovery.generation(), prepared));
    }
    return prepared;
  }

  /**
   * How what is desired is served, as far as it is; empty where all was made ready before, so that
   * there is no hurry to know it.
   */
  Map<ResourceId, ApiResource> served(ManifestSet desired, TargetId target) {
    Map<ResourceId, ApiResource> served = new LinkedHashMap<>();
    if (!known(desired, target)) {
      for (Manifest manifest : desired.manifests()) {
        discovery
            .find(manifest.apiVersion(), manifest.id().kind())
            .ifPresent(
                kind ->
                    served.put(
                        Prepared.inNamespace(manifest, kind, settings.defaultNamespace()), kind));
      }
    }
    return served;
  }

  /** The very same set, which is what a source that stands still leads to; comparing costs more. */
  private boolean known(ManifestSet desired, TargetId target) {
    Last known = last.get(target);
    return known != null
        && known.desired() == desired
        && known.generation() == discovery.generation();
  }

  private SortedMap<ResourceId, Prepared> makeReady(
      ManifestSet desired, TargetId target, OperationContext context) {
    Map<String, ApiResource> defined = definedKinds(desired);
    if (desired.manifests().stream()
        .anyMatch(m -> discovery.find(m.apiVersion(), m.id().kind()).isEmpty())) {
      discovery.refresh(context);
    }
    SortedMap<ResourceId, Prepared> ready = new TreeMap<>();
    String hash = target.shortHash();
    Last known = last.get(target);
    // A commit changes a few of many: what is equal was made ready before.
    Map<ResourceId, Prepared> before =
        known != null && known.generation() == discovery.generation() ? known.prepared() : Map.of();
    UnknownKinds unknown = new UnknownKinds();
    List<String> large = new ArrayList<>();
    for (Manifest manifest : desired.manifests()) {
      String kind = manifest.id().kind();
      Optional<ApiResource> served = discovery.find(manifest.apiVersion(), kind);
      Optional<ApiResource> found =
          served.or(() -> Optional.ofNullable(defined.get(manifest.apiVersion() + " " + kind)));
      boolean awaited = found.isEmpty() && settings.writing().in(manifest.object()).awaited();
      if (found.isEmpty() && !awaited) {
        discovery.checkAnswers(manifest.id().group());
        unknown.add(manifest);
        continue;
      }
      Prepared prepared =
          awaited
              ? Prepared.awaited(manifest, settings, hash)
              : ready(manifest, found.orElseThrow(), served.isPresent(), before, hash);
      SizeLimits.exceeded(prepared.id(), manifest.object())
          .ifPresent(how -> large.add(prepared.id() + " (" + manifest.origin() + "): " + how));
      Prepared twin = ready.putIfAbsent(prepared.id(), prepared);
      if (twin != null) {
        throw new DiffException(
            "K8S-DUPLICATE",
            Retryability.RETRY_ON_CHANGE,
            manifest.origin().toString(),
            prepared.id() + " is desired twice, once with and once without its namespace",
            "remove one of the two",
            null);
      }
    }
    if (!unknown.isEmpty()) {
      throw unknown.refused(target.name(), discovery::findAnyVersion);
    }
    if (!large.isEmpty()) {
      throw new DiffException(
          "K8S-TOO-LARGE",
          Retryability.RETRY_ON_CHANGE,
          target.name(),
          String.join("; ", large),
          "make it smaller, or split it",
          null);
    }
    return ready;
  }

  private Prepared ready(
      Manifest manifest,
      ApiResource resource,
      boolean served,
      Map<ResourceId, Prepared> before,
      String hash) {
    Prepared known =
        before.get(Prepared.inNamespace(manifest, resource, settings.defaultNamespace()));
    return known != null && served && known.source().equals(manifest.object())
        ? known.from(manifest)
        : Prepared.of(manifest, resource, served, settings, hash);
  }

  /**
   * The default namespace, where it is to be made for objects that need it. What it carries is
   * owned under a name of the target's own, because other targets may live in it.
   */
  public Optional<Prepared> namespace(TargetId target) {
    if (!settings.createNamespace()) {
      return Optional.empty();
    }
    String manager =
        settings.namespaceMetadata().isEmpty()
            ? settings.fieldManager()
            : settings.fieldManager() + "-namespace-" + target.shortHash();
    return Optional.of(
        Prepared.namespace(settings.defaultNamespace(), manager, settings.namespaceMetadata()));
  }

  /** What the definitions in the set will make the server serve. */
  private static Map<String, ApiResource> definedKinds(ManifestSet desired) {
    Map<String, ApiResource> defined = new HashMap<>();
    for (Manifest manifest : desired.manifests()) {
      if (!manifest.id().kind().equals("CustomResourceDefinition")) {
        continue;
      }
      JsonNode spec = manifest.object().path("spec");
      for (JsonNode version : spec.path("versions")) {
        ApiResource resource =
            new ApiResource(
                spec.path("group").asString(""),
                version.path("name").asString(""),
                spec.path("names").path("kind").asString(""),
                spec.path("names").path("plural").asString(""),
                !spec.path("scope").asString("").equals("Cluster"),
                version.path("subresources").has("status"));
        defined.put(resource.apiVersion() + " " + resource.kind(), resource);
      }
    }
    return defined;
  }
}
