package io.gitops4j.model;

import java.util.Objects;

/**
 * The identity of one managed thing. It has no API version: an object that is served in two
 * versions is one object. Immutable.
 *
 * @param group the family of the kind: an API group, empty for Kubernetes' core group; the
 *     provider's name for Terraform
 * @param kind the kind of thing: {@code Deployment}, {@code aws_s3_bucket}
 * @param namespace where it lives: a namespace, or a Terraform module address; empty when it has
 *     none
 * @param name its name within kind and namespace
 */
public record ResourceId(String group, String kind, String namespace, String name)
    implements Comparable<ResourceId> {
  /**
   * Checks that kind and name are there.
   *
   * @throws IllegalArgumentException when kind or name is empty
   */
  public ResourceId {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
    if (kind.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException("a resource needs a kind and a name");
    }
  }

  @Override
  public int compareTo(ResourceId other) {
    int order = group.compareTo(other.group);
    if (order == 0) {
      order = kind.compareTo(other.kind);
    }
    if (order == 0) {
      order = namespace.compareTo(other.namespace);
    }
    return order == 0 ? name.compareTo(other.name) : order;
  }

  @Override
  public String toString() {
    String type = group.isEmpty() ? kind : group + "/" + kind;
    return namespace.isEmpty() ? type + " " + name : type + " " + namespace + "/" + name;
  }
}
