package io.gitops4j.k8s;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.k8s.internal.order.SyncHooks;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.render.Desired;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** All objects that one revision wants, each once. Immutable. */
public final class ManifestSet implements Desired {
  private final Revision revision;
  private final List<Manifest> manifests;
  private final Digest digest;
  private final List<ResourceId> hooks;

  /**
   * Collects manifests, in any order.
   *
   * @param revision the one revision they were rendered from
   * @param manifests all of them
   * @throws RenderException when two have the same identity; it names both places
   */
  public ManifestSet(Revision revision, Collection<Manifest> manifests) {
    this.revision = Objects.requireNonNull(revision, "revision");
    SortedMap<ResourceId, Manifest> byId = new TreeMap<>();
    for (Manifest manifest : manifests) {
      Manifest twin = byId.putIfAbsent(manifest.id(), manifest);
      if (twin != null) {
        throw new RenderException(
            "RENDER-DUPLICATE",
            Retryability.RETRY_ON_CHANGE,
            manifest.origin().toString(),
            manifest.id() + " is there already: " + twin.origin(),
            "remove one of the two",
            null);
      }
    }
    this.manifests = List.copyOf(byId.values());
    this.hooks = this.manifests.stream().filter(ManifestSet::hook).map(Manifest::id).toList();
    StringBuilder all = new StringBuilder();
    this.manifests.forEach(m -> all.append(m.digest()));
    this.digest = Digest.sha256(all.toString());
  }

  /**
   * No objects: what a destroy leads to.
   *
   * @param revision that it is said to come from
   * @return the empty set
   */
  public static ManifestSet empty(Revision revision) {
    return new ManifestSet(revision, List.of());
  }

  /**
   * The objects, sorted by identity.
   *
   * @return the manifests
   */
  public List<Manifest> manifests() {
    return manifests;
  }

  @Override
  public Revision revision() {
    return revision;
  }

  @Override
  public Digest digest() {
    return digest;
  }

  @Override
  public boolean isEmpty() {
    return manifests.isEmpty();
  }

  /** {@inheritDoc} Here it is a hook, by the annotations of Argo CD and Helm. */
  @Override
  public boolean takesPartAlways(ResourceId id) {
    return hooks.stream().anyMatch(h -> named(h, id));
  }

  /** {@inheritDoc} What is run when the target goes stays. */
  @Override
  public ManifestSet withoutHooks() {
    return new ManifestSet(
        revision,
        manifests.stream()
            .flatMap(
                m ->
                    SyncHooks.without(m.object())
                        .map(o -> new Manifest(m.id(), m.apiVersion(), o, m.origin()))
                        .stream())
            .toList());
  }

  /** A manifest may leave its namespace to the target. */
  private static boolean named(ResourceId written, ResourceId id) {
    return written.group().equals(id.group())
        && written.kind().equals(id.kind())
        && written.name().equals(id.name())
        && (written.namespace().isEmpty() || written.namespace().equals(id.namespace()));
  }

  /** Argo CD takes a definition that Helm would install first as an object like any other. */
  private static boolean hook(Manifest manifest) {
    JsonNode annotations = manifest.object().path("metadata").path("annotations");
    String helm = annotations.path("helm.sh/hook").asString("");
    return annotations.has("argocd.argoproj.io/hook")
        || !helm.isEmpty() && !helm.equals("crd-install");
  }
}
