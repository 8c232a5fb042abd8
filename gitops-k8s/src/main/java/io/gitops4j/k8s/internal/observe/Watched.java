package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.ApiResource;

/**
 * A set of objects that a stream of events can tell of.
 *
 * @param namespace empty for all
 * @param selector of labels; empty for all objects
 */
public record Watched(ApiResource kind, String namespace, String selector) {}
