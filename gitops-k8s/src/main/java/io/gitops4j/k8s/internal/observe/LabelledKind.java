package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.k8s.internal.client.EventStream;
import io.gitops4j.k8s.internal.client.KubeHttp;
import java.util.Map;

/**
 * The labelled objects of one kind that one stream tells of.
 *
 * @param namespace empty for all
 * @param detail how much of each object is of interest
 */
record LabelledKind(ApiResource kind, String namespace, String label, Detail detail) {
  /** How much of an object is of interest. */
  enum Detail {
    /** What moves in its content is not. */
    METADATA,
    /** All of it. */
    WHOLE
  }

  /**
   * Whether who may not list it asks in another way: namespace by namespace, or object by object
   * where only metadata is wanted.
   */
  boolean substituted() {
    return detail == Detail.METADATA || namespace.isEmpty() && kind.namespaced();
  }

  /** Opens a stream of what happened after a state. */
  void watch(KubeHttp http, long since, EventStream stream) {
    http.watch(
        kind.collectionPath(namespace),
        Map.of("labelSelector", label, "resourceVersion", Long.toString(since)),
        detail == Detail.METADATA ? KubeHttp.METADATA_ONLY : Lists.WHOLE,
        stream);
  }
}
