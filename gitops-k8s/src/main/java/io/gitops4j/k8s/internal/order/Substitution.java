package io.gitops4j.k8s.internal.order;

import io.gitops4j.model.ResourceId;

/**
 * A value that is put into an object right before it is written, from another one that is live.
 *
 * @param source which object has it; its namespace is the target's where none is named
 * @param apiVersion of the source, empty where only its group is named
 * @param from where in the source
 * @param to where in the object that has the annotation
 * @param token what to replace within the value there; empty for all of it
 */
public record Substitution(
    ResourceId source, String apiVersion, JsonPath from, JsonPath to, String token) {
  /** The source, in the namespace of the object that wants it where it names none. */
  public ResourceId sourceFor(ResourceId target) {
    return source.namespace().isEmpty()
        ? new ResourceId(source.group(), source.kind(), target.namespace(), source.name())
        : source;
  }

  /** For a message. */
  public String text() {
    return to + " from " + from + " of " + source;
  }
}
