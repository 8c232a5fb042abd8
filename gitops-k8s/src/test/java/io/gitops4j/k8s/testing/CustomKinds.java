package io.gitops4j.k8s.testing;

/** Definitions of kinds that a test makes for itself. */
public final class CustomKinds {
  private CustomKinds() {}

  /** The definition of a kind {@code Thing} in a namespace, which takes any content. */
  public static String things(String group) {
    return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things.%1$s}
        spec:
          group: %1$s
          scope: Namespaced
          names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """
        .formatted(group);
  }
}
