package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.health.HealthRules;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a target wants to know of its live objects. Equal views see the same.
 *
 * @param hash the value that the label has on this target's objects
 * @param label the label that its objects carry
 * @param manager whose fields are ours
 * @param rule what is hashed of them
 * @param health how well they are
 */
public record View(
    TargetId target, String hash, String label, String manager, Rule rule, HealthRules health) {
  /** The view of a target; its hash is asked for with every object, so it is made once. */
  public View(TargetId target, String label, String manager, Rule rule, HealthRules health) {
    this(target, target.shortHash(), label, manager, rule, health);
  }

  /** What is hashed of an object. */
  @FunctionalInterface
  public interface Rule {
    /** The hash, empty when the manager owns nothing in the object. */
    Optional<Digest> fingerprint(ResourceId id, JsonNode live, String manager);
  }

  /** A whole object in short. */
  public LiveSummary summarise(ApiResource kind, ResourceId id, JsonNode whole) {
    return summary(kind, whole, rule.fingerprint(id, whole, manager));
  }

  /** An object in short of which only the metadata are known. */
  LiveSummary summarise(ApiResource kind, JsonNode metadataOnly) {
    return summary(kind, metadataOnly, Optional.empty());
  }

  private LiveSummary summary(ApiResource kind, JsonNode object, Optional<Digest> fingerprint) {
    JsonNode metadata = object.path("metadata");
    return new LiveSummary(
        kind,
        metadata.path("uid").asString(""),
        metadata.path("resourceVersion").asString(""),
        metadata.path("labels").path(label).asString("").intern(),
        fingerprint.orElse(null),
        health.assess(object, kind.hasStatus()),
        ObjectOptions.of(object),
        metadata.has("deletionTimestamp"));
  }

  /** The identity of an object of a kind; namespaces are shared, because they repeat. */
  static ResourceId id(ApiResource kind, JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return new ResourceId(
        kind.group(),
        kind.kind(),
        metadata.path("namespace").asString("").intern(),
        metadata.path("name").asString(""));
  }
}
