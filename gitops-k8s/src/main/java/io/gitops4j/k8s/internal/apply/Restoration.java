package io.gitops4j.k8s.internal.apply;

import io.gitops4j.error.ApplyException;
import io.gitops4j.error.Failure;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.k8s.Tombstone;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.Discovery;
import io.gitops4j.k8s.internal.client.KubeFailures;
import io.gitops4j.k8s.internal.client.KubeHttp;
import io.gitops4j.k8s.internal.client.KubeResponse;
import io.gitops4j.k8s.internal.diff.ClusterSettings;
import io.gitops4j.k8s.internal.diff.SecretValues;
import io.gitops4j.k8s.internal.observe.ObjectOptions;
import io.gitops4j.k8s.internal.observe.Observer;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes anew what was removed. The new instance is nobody's, so that the next pass does not remove
 * it again; an annotation lets the target own it once it is desired again.
 */
public final class Restoration {
  private final KubeHttp http;
  private final Discovery discovery;
  private final TombstoneStore store;
  private final ClusterSettings settings;

  /** Writes through the given parts. */
  public Restoration(
      KubeHttp http, Discovery discovery, TombstoneStore store, ClusterSettings settings) {
    this.http = http;
    this.discovery = discovery;
    this.store = store;
    this.settings = settings;
  }

  /**
   * Makes one anew.
   *
   * @throws ApplyException when it is not kept any more, exists, or is refused
   */
  public void restore(TargetId target, Tombstone tombstone, OperationContext context) {
    ResourceId id = tombstone.id();
    Optional<Failure> outside = settings.permits().refusal(id);
    if (outside.isPresent()) {
      throw refused(outside.get().code(), id, outside.get().reason(), "have it permitted again");
    }
    ObjectNode object =
        store
            .object(target, tombstone, context)
            .orElseThrow(
                () ->
                    refused(
                        "K8S-TOMBSTONE-GONE",
                        id,
                        "its tombstone is not kept any more",
                        "list what is kept; revert the commit that removed it"));
    ApiResource resource = resource(tombstone, context);
    object.put("apiVersion", resource.apiVersion());
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    metadata.withObject("/labels").remove(Observer.TARGET_LABEL);
    metadata.withObject("/annotations").put(ObjectOptions.RESTORED, target.shortHash());
    forgetInstance(object);
    String path = resource.objectPath(id.namespace(), id.name());
    KubeResponse there = request("GET", path, Map.of(), "", id, context);
    if (there.ok()) {
      throw refused(
          "K8S-EXISTS",
          id,
          "it exists, and nothing that exists is overwritten",
          "compare the two; delete what is there if the other is wanted");
    }
    if (there.code() != 404) {
      throw KubeFailures.cannotApply(KubeFailures.of(Stage.APPLY, id.toString(), there));
    }
    // Without force: whoever makes it at this very moment keeps their fields. What a target applied
    // it would take away again where Git is silent: defaults, replicas.
    String manager = ObjectOptions.restorer(settings.fieldManager());
    KubeResponse made =
        request(
            "PATCH",
            path,
            Map.of("fieldManager", manager, "fieldValidation", "Strict"),
            object.toString(),
            id,
            context);
    if (!made.ok()) {
      Failure failure = KubeFailures.of(Stage.APPLY, id.toString(), made);
      throw refused(
          failure.code(),
          id,
          SecretValues.mask(failure.reason(), id.group(), id.kind(), object),
          failure.nextStep().orElse("try again"));
    }
  }

  private ApiResource resource(Tombstone tombstone, OperationContext context) {
    Optional<ApiResource> known = discovery.findFor(tombstone.id(), tombstone.apiVersion());
    if (known.isEmpty()) {
      discovery.refresh(context);
      known = discovery.findFor(tombstone.id(), tombstone.apiVersion());
    }
    return known.orElseThrow(
        () ->
            refused(
                "K8S-KIND-UNKNOWN",
                tombstone.id(),
                "the server does not serve its kind any more",
                "restore its CustomResourceDefinition first"));
  }

  /** A Job selects its pods by a label that the server makes for each instance. */
  private static void forgetInstance(ObjectNode object) {
    boolean job =
        object.path("kind").asString("").equals("Job")
            && object.path("apiVersion").asString("").startsWith("batch/");
    if (job
        && object.path("spec") instanceof ObjectNode spec
        && !spec.path("manualSelector").asBoolean(false)) {
      spec.remove("selector");
      if (spec.path("template").path("metadata").path("labels") instanceof ObjectNode labels) {
        labels.remove(List.of("controller-uid", "batch.kubernetes.io/controller-uid"));
      }
    }
  }

  private KubeResponse request(
      String method,
      String path,
      Map<String, String> query,
      String body,
      ResourceId id,
      OperationContext context) {
    try {
      return http.await(
          http.send(method, path, query, "application/apply-patch+yaml", body),
          Stage.APPLY,
          context);
    } catch (ExecutionException e) {
      throw KubeFailures.cannotApply(
          KubeFailures.lost(Stage.APPLY, id.toString(), http.server(), e));
    }
  }

  private static ApplyException refused(String code, ResourceId id, String reason, String next) {
    return new ApplyException(
        code, Retryability.RETRY_ON_CHANGE, id.toString(), reason, next, null);
  }
}
