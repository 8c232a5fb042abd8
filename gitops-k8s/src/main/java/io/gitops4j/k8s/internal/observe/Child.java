package io.gitops4j.k8s.internal.observe;

import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.model.ResourceId;

/**
 * An object that another one made.
 *
 * @param uid which instance it is
 * @param owner the UID of what made it
 * @param ownerKind its kind
 */
record Child(ResourceId id, ApiResource kind, String uid, String owner, String ownerKind) {}
