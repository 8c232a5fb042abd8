package io.gitops4j.k8s.internal.diff;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.k8s.ConflictPolicy;
import io.gitops4j.k8s.IgnoredAtWrite;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.NamespaceMetadata;
import io.gitops4j.k8s.ReplacePolicy;
import io.gitops4j.k8s.UpdatePolicy;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.ignore.ContestedFields.Contest;
import io.gitops4j.k8s.internal.ignore.IgnoredFields;
import io.gitops4j.k8s.internal.ignore.ObjectFields;
import io.gitops4j.k8s.internal.json.ApiVersion;
import io.gitops4j.k8s.internal.json.CanonicalJson;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.k8s.internal.observe.ObjectOptions;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.k8s.internal.observe.WriteOptions;
import io.gitops4j.k8s.internal.order.Placement;
import io.gitops4j.k8s.internal.order.PlacementReader;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A manifest made ready for the server. Its body is made when it is asked for, so that what waits
 * for its turn costs no second copy of every object.
 *
 * @param id with the namespace that it will live in
 * @param source the object as it was rendered
 * @param normalization what is changed in it before it is sent
 * @param manager the name that its fields are owned under
 * @param targetHash the value of the target's label; empty for what is nobody's
 * @param digest of the body without the target's label, and of what holds of its fields
 * @param fields what holds of single fields
 * @param writing how it is written
 * @param options what its annotations ask for
 * @param placement where in a sync it has its place
 * @param servedYet whether the kind is served now; if not, its definition is in the same set
 */
public record Prepared(
    ResourceId id,
    ApiResource resource,
    ObjectNode source,
    Normalization normalization,
    String manager,
    String targetHash,
    Digest digest,
    ObjectFields fields,
    WriteOptions writing,
    ObjectOptions options,
    Placement placement,
    boolean servedYet) {
  /** What an object that is overwritten keeps: without it, its controllers lose it. */
  private static final List<String> KEPT = List.of("finalizers", "ownerReferences");

  /** Makes a manifest ready. */
  public static Prepared of(
      Manifest manifest,
      ApiResource resource,
      boolean servedYet,
      ClusterSettings settings,
      String targetHash) {
    ResourceId id = inNamespace(manifest, resource, settings.defaultNamespace());
    ObjectNode body = unlabelled(manifest.object(), id, resource, settings.normalization());
    // Mostly it is sent as it was rendered, and has been hashed with that.
    Digest content =
        body.equals(manifest.object()) ? manifest.digest() : CanonicalJson.digest(body);
    label(body, targetHash);
    ObjectFields fields = settings.fields().of(id, body);
    return new Prepared(
        id,
        resource,
        manifest.object(),
        settings.normalization(),
        settings.fieldManager(),
        targetHash,
        with(content, fields),
        fields,
        settings.writing().in(body),
        ObjectOptions.of(body),
        PlacementReader.read(id, body),
        servedYet);
  }

  /** The same for an equal manifest, which takes the place of the one that it was made of. */
  Prepared from(Manifest equal) {
    return new Prepared(
        id,
        resource,
        equal.object(),
        normalization,
        manager,
        targetHash,
        digest,
        fields,
        writing,
        options,
        placement,
        servedYet);
  }

  private static Digest with(Digest content, ObjectFields fields) {
    String rules = fields.text();
    return rules.isEmpty() ? content : Digest.sha256(content + rules);
  }

  /** With a body that is sent as it is, under an identity that may differ. */
  public Prepared withBody(ResourceId other, ObjectNode body) {
    return new Prepared(
        other,
        resource,
        body,
        normalization,
        manager,
        "",
        with(CanonicalJson.digest(body), fields),
        fields,
        writing,
        options,
        placement,
        servedYet);
  }

  /** The same for what comes by itself: it becomes ours with what nobody else has set. */
  public Prepared joining() {
    return new Prepared(
        id,
        resource,
        source,
        normalization,
        manager,
        targetHash,
        digest,
        new ObjectFields(fields.ignored(), fields.contested().unforced()),
        writing.joining(),
        options,
        placement,
        servedYet);
  }

  /** Whether it becomes ours with what nobody else has set. */
  public boolean joins() {
    return writing.others() == WriteOptions.Others.KEPT;
  }

  /**
   * What is sent: in its namespace, labelled, without what only a server writes. It may share parts
   * with the source: whoever changes it makes a copy.
   */
  public ObjectNode body() {
    return targetHash.isEmpty()
        ? source
        : label(unlabelled(source, id, resource, normalization), targetHash);
  }

  private static ObjectNode label(ObjectNode body, String targetHash) {
    ((ObjectNode) body.get("metadata"))
        .withObjectProperty("labels")
        .put(Observer.TARGET_LABEL, targetHash);
    return body;
  }

  private static ObjectNode unlabelled(
      ObjectNode source, ResourceId id, ApiResource resource, Normalization normalization) {
    ObjectNode body = normalization.applied(id, source);
    ObjectNode metadata = (ObjectNode) body.get("metadata");
    if (resource.namespaced()) {
      metadata.put("namespace", id.namespace());
    } else {
      metadata.remove("namespace");
    }
    // A null map would be a type error for server-side apply; absent means the same.
    if (!metadata.path("labels").isObject()) {
      metadata.remove("labels");
    }
    // To own an empty map would be to own what others put into it.
    if (metadata.path("annotations").isEmpty()) {
      metadata.remove("annotations");
    }
    return body;
  }

  /** A manifest of a kind that nobody serves yet; how it will be served is not known. */
  static Prepared awaited(Manifest manifest, ClusterSettings settings, String targetHash) {
    ResourceId id = manifest.id();
    String version = ApiVersion.version(manifest.apiVersion());
    boolean placed = !(id.namespace() + settings.defaultNamespace()).isEmpty();
    return of(
        manifest,
        new ApiResource(id.group(), version, id.kind(), "", placed),
        false,
        settings,
        targetHash);
  }

  /** Whether its kind is neither served nor defined by what is desired. */
  public boolean awaited() {
    return resource.plural().isEmpty();
  }

  /** The namespace that objects need, as nobody's. */
  static Prepared namespace(String name, String manager, NamespaceMetadata carried) {
    ObjectNode body = KubeHttp.JSON.createObjectNode().put("apiVersion", "v1");
    ObjectNode metadata = body.put("kind", "Namespace").putObject("metadata").put("name", name);
    if (!carried.isEmpty()) {
      carried.labels().forEach(metadata.withObject("/labels")::put);
      carried.annotations().forEach(metadata.withObject("/annotations")::put);
    }
    return new Prepared(
        new ResourceId("", "Namespace", "", name),
        new ApiResource("", "v1", "Namespace", "namespaces", false),
        body,
        new Normalization(Set.of()),
        manager,
        "",
        CanonicalJson.digest(body),
        ObjectFields.PLAIN,
        new WriteOptions(
            ReplacePolicy.NEVER,
            UpdatePolicy.APPLY,
            WriteOptions.Others.ENDED,
            IgnoredAtWrite.LEAVE,
            false),
        ObjectOptions.of(body),
        Placement.PLAIN,
        true);
  }

  /** The body of an apply to an object that exists: without what is left to others there. */
  public ObjectNode over(JsonNode live) {
    return written().over(body(), live, manager);
  }

  /** The same, without what is ignored: what this changes is a reason to write. */
  ObjectNode comparedWith(JsonNode live) {
    return fields.over(body(), live, manager);
  }

  /** Whether a write changes more than what is a reason for it. */
  boolean setsIgnored() {
    return writing.ignored() == IgnoredAtWrite.SET && !fields.ignored().isEmpty();
  }

  private ObjectFields written() {
    return setsIgnored() ? new ObjectFields(IgnoredFields.NONE, fields.contested()) : fields;
  }

  /** The whole object in place of a live one, whose bookkeeping stays. */
  public ObjectNode inPlaceOf(JsonNode live) {
    ObjectNode body = written().inPlaceOf(body(), live, manager).deepCopy();
    ObjectNode metadata = (ObjectNode) body.get("metadata");
    // Custom resources are not written without the version that the write is meant for.
    metadata.set("resourceVersion", live.path("metadata").path("resourceVersion"));
    for (String kept : KEPT) {
      if (!metadata.has(kept) && live.path("metadata").has(kept)) {
        metadata.set(kept, live.path("metadata").path(kept));
      }
    }
    if (live.has("status")) {
      body.set("status", live.path("status"));
    }
    return body;
  }

  /** What of it cannot be written, because somebody else wants another value there. */
  public List<Contest> refused(JsonNode live) {
    return fields.contested().guards()
        ? fields.contested().contests(body(), live, manager).stream()
            .filter(c -> c.policy() == ConflictPolicy.FAIL && !c.agreed())
            .toList()
        : List.of();
  }

  /** What the inventory says of it once the server has answered its apply. */
  public InventoryEntry applied(LiveSummary live) {
    return new InventoryEntry(
        id,
        resource.apiVersion(),
        Optional.of(digest),
        live.fingerprint(),
        Optional.of(live.uid()));
  }

  /** The fingerprint of a live object, empty when nothing in it is ours. */
  public Optional<Digest> fingerprint(JsonNode live) {
    return fields.fingerprint(live, manager);
  }

  static ResourceId inNamespace(Manifest manifest, ApiResource resource, String defaultNamespace) {
    ResourceId id = manifest.id();
    if (!resource.namespaced()) {
      return new ResourceId(id.group(), id.kind(), "", id.name());
    }
    if (!id.namespace().isEmpty()) {
      return id;
    }
    if (defaultNamespace.isEmpty()) {
      throw new DiffException(
          "K8S-NAMESPACE-MISSING",
          Retryability.RETRY_ON_CHANGE,
          manifest.origin().toString(),
          id + " names no namespace and the target has no default",
          "set metadata.namespace, or a default namespace on the destination",
          null);
    }
    return new ResourceId(id.group(), id.kind(), defaultNamespace, id.name());
  }
}
