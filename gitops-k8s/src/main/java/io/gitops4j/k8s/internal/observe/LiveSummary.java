package io.gitops4j.k8s.internal.observe;

import io.gitops4j.diff.LiveVersion;
import io.gitops4j.health.Health;
import io.gitops4j.k8s.internal.client.ApiResource;
import io.gitops4j.model.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a live object: hundreds of bytes, whatever its size.
 *
 * @param uid which instance it is
 * @param resourceVersion its state
 * @param owner the value of the target's label, empty when it carries none
 * @param digest of what is ours in it; null when nothing is, or when only its metadata was seen
 * @param terminating whether somebody deleted it and finalizers hold it
 */
public record LiveSummary(
    ApiResource resource,
    String uid,
    String resourceVersion,
    String owner,
    @Nullable Digest digest,
    Health health,
    ObjectOptions options,
    boolean terminating) {
  /** The hash of what is ours in it. */
  public Optional<Digest> fingerprint() {
    return Optional.ofNullable(digest);
  }

  /** What a plan is bound to that does not change its fields. */
  public LiveVersion version() {
    return new LiveVersion(uid, digest == null ? "" : digest.toString(), resourceVersion);
  }

  /** Its state as a number that grows, -1 where it is none. */
  long number() {
    return KindWatch.number(resourceVersion);
  }

  /** Whether the other says the same, whatever else moved in the object. */
  boolean saysTheSame(LiveSummary other) {
    return uid.equals(other.uid)
        && fingerprint().equals(other.fingerprint())
        && health.equals(other.health)
        && options.equals(other.options)
        && terminating == other.terminating;
  }
}
