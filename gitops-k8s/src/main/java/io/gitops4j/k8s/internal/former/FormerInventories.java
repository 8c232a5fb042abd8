package io.gitops4j.k8s.internal.former;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.FormerOwner;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads the records that other tools keep of what they own. Thread-safe. */
public final class FormerInventories {
  private static final ApiResource SECRETS = new ApiResource("", "v1", "Secret", "secrets", true);
  private static final ApiResource CONFIG_MAPS =
      new ApiResource("", "v1", "ConfigMap", "configmaps", true);

  private final KubeHttp http;
  private final Discovery discovery;

  /** Reads through the given parts. */
  public FormerInventories(KubeHttp http, Discovery discovery) {
    this.http = http;
    this.discovery = discovery;
  }

  /**
   * What the tool's record names, whether it exists or not.
   *
   * @throws DiffException when the record is missing, cannot be read, or is not understood
   */
  public SortedSet<ResourceId> owned(FormerOwner former, OperationContext context) {
    return switch (former.tool()) {
      case FLUX_KUSTOMIZATION -> flux(former, context);
      case ARGO_APPLICATION -> argo(former, context);
      case HELM_RELEASE -> helm(former, context);
      case CLI_UTILS_INVENTORY -> cliUtils(former, context);
      case KPT_RESOURCE_GROUP -> kpt(former, context);
      case KAPP_APP -> kapp(former, context);
    };
  }

  private SortedSet<ResourceId> flux(FormerOwner former, OperationContext context) {
    JsonNode object =
        record(former, custom("kustomize.toolkit.fluxcd.io", "Kustomization", former), context);
    SortedSet<ResourceId> owned = new TreeSet<>();
    for (JsonNode entry : object.path("status").path("inventory").path("entries")) {
      owned.add(key(entry.path("id").asString(""), former));
    }
    return owned;
  }

  private SortedSet<ResourceId> argo(FormerOwner former, OperationContext context) {
    JsonNode object = record(former, custom("argoproj.io", "Application", former), context);
    SortedSet<ResourceId> owned = new TreeSet<>();
    for (JsonNode entry : object.path("status").path("resources")) {
      // Hooks come and go by themselves.
      if (!entry.path("hook").asBoolean(false)) {
        owned.add(named(entry));
      }
    }
    return owned;
  }

  /** The inventory that kpt keeps instead of the ConfigMap of cli-utils. */
  private SortedSet<ResourceId> kpt(FormerOwner former, OperationContext context) {
    JsonNode object = record(former, custom("kpt.dev", "ResourceGroup", former), context);
    SortedSet<ResourceId> owned = new TreeSet<>();
    for (JsonNode entry : object.path("spec").path("resources")) {
      owned.add(named(entry));
    }
    return owned;
  }

  private static ResourceId named(JsonNode entry) {
    return new ResourceId(
        entry.path("group").asString(""),
        entry.path("kind").asString(""),
        entry.path("namespace").asString(""),
        entry.path("name").asString(""));
  }

  private SortedSet<ResourceId> cliUtils(FormerOwner former, OperationContext context) {
    JsonNode map = record(former, CONFIG_MAPS, context);
    if (!map.path("metadata").path("labels").has("cli-utils.sigs.k8s.io/inventory-id")) {
      throw strange(former, "the ConfigMap has no label cli-utils.sigs.k8s.io/inventory-id", null);
    }
    SortedSet<ResourceId> owned = new TreeSet<>();
    map.path("data").properties().forEach(e -> owned.add(key(e.getKey(), former)));
    return owned;
  }

  /** {@code namespace_name_group_Kind}; a colon in the name of a role is two underscores. */
  private static ResourceId key(String key, FormerOwner former) {
    int first = key.indexOf('_');
    int last = key.lastIndexOf('_');
    int group = key.lastIndexOf('_', last - 1);
    if (first < 0 || group <= first) {
      throw strange(former, "its entry " + key + " is not namespace_name_group_kind", null);
    }
    return new ResourceId(
        key.substring(group + 1, last),
        key.substring(last + 1),
        key.substring(0, first),
        key.substring(first + 1, group).replace("__", ":"));
  }

  private SortedSet<ResourceId> helm(FormerOwner former, OperationContext context) {
    JsonNode list =
        get(
            SECRETS.collectionPath(former.namespace()),
            Map.of("labelSelector", "owner=helm,status=deployed,name=" + former.name()),
            "application/json",
            former,
            context);
    Optional<JsonNode> newest =
        StreamSupport.stream(list.path("items").spliterator(), false)
            .max(
                Comparator.comparing(
                    s -> s.path("metadata").path("labels").path("version").asInt(0)));
    if (newest.isEmpty()) {
      throw strange(former, "no Secret holds a deployed release of that name", null);
    }
    SortedSet<ResourceId> owned = new TreeSet<>();
    try {
      for (Manifest manifest : HelmRelease.manifests(newest.get())) {
        owned.add(inNamespace(manifest, former.namespace()));
      }
    } catch (IOException e) {
      throw strange(former, e.getMessage(), e);
    }
    return owned;
  }

  /** Helm puts into the namespace of its release what names none. */
  private ResourceId inNamespace(Manifest manifest, String namespace) {
    ResourceId id = manifest.id();
    boolean namespaced =
        discovery.find(manifest.apiVersion(), id.kind()).map(ApiResource::namespaced).orElse(true);
    return namespaced && id.namespace().isEmpty()
        ? new ResourceId(id.group(), id.kind(), namespace, id.name())
        : id;
  }

  private SortedSet<ResourceId> kapp(FormerOwner former, OperationContext context) {
    JsonNode spec;
    try {
      String text = record(former, CONFIG_MAPS, context).path("data").path("spec").asString("{}");
      spec = KubeHttp.JSON.readTree(text);
    } catch (JacksonException e) {
      throw strange(former, "the spec in its ConfigMap is not JSON", e);
    }
    if (!spec.path("usedGKs").isArray()) {
      throw strange(former, "its ConfigMap does not say which kinds it uses", null);
    }
    String selector =
        spec.path("labelKey").asString("") + "=" + spec.path("labelValue").asString("");
    SortedSet<ResourceId> owned = new TreeSet<>();
    for (JsonNode used : spec.path("usedGKs")) {
      discovery
          .findAnyVersion(used.path("Group").asString(""), used.path("Kind").asString(""))
          .ifPresent(kind -> owned.addAll(labelled(kind, selector, former, context)));
    }
    return owned;
  }

  private SortedSet<ResourceId> labelled(
      ApiResource kind, String selector, FormerOwner former, OperationContext context) {
    SortedSet<ResourceId> found = new TreeSet<>();
    Map<String, String> query = new LinkedHashMap<>();
    query.put("labelSelector", selector);
    query.put("limit", "500");
    String next;
    do {
      JsonNode page = get(kind.collectionPath(""), query, KubeHttp.METADATA_LIST, former, context);
      for (JsonNode item : page.path("items")) {
        JsonNode metadata = item.path("metadata");
        found.add(
            new ResourceId(
                kind.group(),
                kind.kind(),
                metadata.path("namespace").asString(""),
                metadata.path("name").asString("")));
      }
      next = page.path("metadata").path("continue").asString("");
      query.put("continue", next);
    } while (!next.isEmpty());
    return found;
  }

  private ApiResource custom(String group, String kind, FormerOwner former) {
    return discovery
        .findAnyVersion(group, kind)
        .orElseThrow(() -> strange(former, "the server serves no " + kind + " of " + group, null));
  }

  private JsonNode record(FormerOwner former, ApiResource kind, OperationContext context) {
    String path = kind.objectPath(former.namespace(), former.name());
    return get(path, Map.of(), "application/json", former, context);
  }

  private JsonNode get(
      String path,
      Map<String, String> query,
      String accept,
      FormerOwner former,
      OperationContext context) {
    try {
      KubeResponse answer = http.get(path, query, accept, Stage.DIFF, context);
      if (!answer.ok()) {
        throw KubeFailures.cannotLook(KubeFailures.of(Stage.DIFF, former.toString(), answer));
      }
      return answer.body();
    } catch (ExecutionException e) {
      throw KubeFailures.cannotLook(
          KubeFailures.lost(Stage.DIFF, former.toString(), http.server(), e));
    }
  }

  private static DiffException strange(FormerOwner former, String why, @Nullable Throwable cause) {
    return new DiffException(
        "K8S-FORMER-OWNER",
        Retryability.RETRY_ON_CHANGE,
        former.toString(),
        why,
        "check tool, namespace and name of its record",
        cause);
  }
}
