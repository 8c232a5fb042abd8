package io.gitops4j.k8s;

import java.util.Objects;

/**
 * What another tool owned in the cluster, by the record that it keeps there. Immutable.
 *
 * @param tool whose record it is
 * @param namespace of the record
 * @param name of the record
 */
public record FormerOwner(Tool tool, String namespace, String name) {
  /** The tools whose records are understood. */
  public enum Tool {
    /** The inventory in the status of a Flux Kustomization. */
    FLUX_KUSTOMIZATION,
    /** The resources in the status of an Argo CD Application. */
    ARGO_APPLICATION,
    /** The newest deployed release of Helm, or of a Flux HelmRelease. */
    HELM_RELEASE,
    /** The inventory ConfigMap of cli-utils. */
    CLI_UTILS_INVENTORY,
    /** The ResourceGroup of kpt. */
    KPT_RESOURCE_GROUP,
    /** The ConfigMap of a kapp app, and the label that it names. */
    KAPP_APP
  }

  /** Checks that no part is missing. */
  public FormerOwner {
    Objects.requireNonNull(tool, "tool");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(name, "name");
  }

  @Override
  public String toString() {
    return tool + " " + namespace + "/" + name;
  }
}
