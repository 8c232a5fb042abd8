package io.gitops4j.k8s.internal.order;

import io.gitops4j.model.ResourceId;
import java.util.Set;

/**
 * The built-in order: what others need comes first. Writes go through the steps in this order,
 * deletes in reverse.
 */
public enum ApplyStep {
  /** What everything else lives in or is an instance of. */
  PREREQUISITES,
  /** What workloads read or run as. */
  CONFIGURATION,
  /** Everything else, custom resources among it. */
  WORKLOADS,
  /** What intercepts requests: last, so that it cannot refuse what it needs itself. */
  LAST,
  /** What nobody serves yet: something of the steps before may make it served. */
  AWAITED;

  private static final Set<String> FIRST_KINDS =
      Set.of(
          "/Namespace",
          "apiextensions.k8s.io/CustomResourceDefinition",
          "scheduling.k8s.io/PriorityClass",
          "storage.k8s.io/StorageClass",
          "storage.k8s.io/CSIDriver",
          "node.k8s.io/RuntimeClass",
          "networking.k8s.io/IngressClass");
  private static final Set<String> CONFIGURATION_KINDS =
      Set.of(
          "/ServiceAccount",
          "/Secret",
          "/ConfigMap",
          "/ResourceQuota",
          "/LimitRange",
          "/PersistentVolume",
          "/PersistentVolumeClaim",
          "networking.k8s.io/NetworkPolicy",
          "rbac.authorization.k8s.io/Role",
          "rbac.authorization.k8s.io/RoleBinding",
          "rbac.authorization.k8s.io/ClusterRole",
          "rbac.authorization.k8s.io/ClusterRoleBinding");

  /** The step of an object. */
  public static ApplyStep of(ResourceId id) {
    String type = id.group() + "/" + id.kind();
    if (FIRST_KINDS.contains(type)) {
      return PREREQUISITES;
    }
    if (CONFIGURATION_KINDS.contains(type)) {
      return CONFIGURATION;
    }
    return id.group().equals("admissionregistration.k8s.io")
            || type.equals("apiregistration.k8s.io/APIService")
        ? LAST
        : WORKLOADS;
  }
}
