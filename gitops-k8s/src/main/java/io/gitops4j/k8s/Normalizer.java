package io.gitops4j.k8s;

import java.util.EnumSet;
import java.util.Set;

/**
 * What is changed in a manifest before it is applied and compared, because the server or a
 * controller would never leave it as it is written. All are on by default.
 */
public enum Normalizer {
  /**
   * {@code metadata} that only a server writes, as in an exported object, is left out: {@code uid},
   * {@code resourceVersion}, {@code managedFields} and their like. The server refuses them.
   */
  SERVER_METADATA,
  /** {@code status} is left out: it is not desired, but observed. */
  STATUS,
  /**
   * {@code stringData} of a Secret is sent as {@code data}. The server forgets it, so that nobody
   * would own the values, and what others make of them would not be seen.
   */
  STRING_DATA,
  /**
   * {@code rules} of a ClusterRole with an {@code aggregationRule} are left out: a controller fills
   * them in.
   */
  AGGREGATED_RULES,
  /**
   * A {@code caBundle} that is empty or holds no certificate is left out of webhooks, conversions
   * of CustomResourceDefinitions and APIServices: somebody else injects it.
   */
  CA_BUNDLES,
  /**
   * An empty {@code volumeName} of a PersistentVolumeClaim and {@code nodeName} of a Pod are left
   * out: once something else is bound, the server refuses to empty them.
   */
  BINDINGS;

  /**
   * All of them.
   *
   * @return a set of its own
   */
  public static Set<Normalizer> all() {
    return EnumSet.allOf(Normalizer.class);
  }
}
