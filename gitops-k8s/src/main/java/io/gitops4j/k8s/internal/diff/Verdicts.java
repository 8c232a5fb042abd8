package io.gitops4j.k8s.internal.diff;

import io.gitops4j.diff.Change;
import io.gitops4j.k8s.internal.observe.LiveSummary;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects of one target that a dry run found as desired though their fingerprint is not the one of
 * the last apply: somebody else holds fields that are left to others. While they stand as they did,
 * the server is not asked again. Kept in memory only: losing it costs one dry run each.
 * Thread-safe.
 */
final class Verdicts {
  private final Map<ResourceId, Verdict> known = new ConcurrentHashMap<>();

  private record Verdict(Digest desired, String uid, Optional<Digest> live, String note) {}

  /** Keeps what a dry run found. */
  void keep(Prepared object, String uid, Optional<Digest> live, Change found) {
    known.put(object.id(), new Verdict(object.digest(), uid, live, found.note()));
  }

  /** What was said of an object, when it stands as it did then. */
  Optional<String> note(Prepared object, LiveSummary live) {
    return Optional.ofNullable(known.get(object.id()))
        .filter(v -> v.desired().equals(object.digest()))
        .filter(v -> v.uid().equals(live.uid()))
        .filter(v -> v.live().isPresent() && v.live().equals(live.fingerprint()))
        .map(Verdict::note);
  }

  /** Forgets what is not desired any more. */
  void retain(Set<ResourceId> desired) {
    known.keySet().retainAll(desired);
  }
}
