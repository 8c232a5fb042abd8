package io.gitops4j.fleet;

import io.gitops4j.model.Revision;
import org.jspecify.annotations.Nullable;

/** What a rollout knows of one cluster. Decides nothing of others. */
final class ClusterState {
  /** How it stands to the revision that is rolled out. */
  enum Standing {
    /** It was not given it. */
    WAITING,
    /** It was given it, and nothing was heard since. */
    GIVEN,
    /** It has it, and is not well yet. */
    UNWELL,
    /** A gate of its own holds it. */
    HELD,
    /** It has it and is well. */
    WELL,
    /** It failed, or took too long. */
    FAILED
  }

  final String name;

  /** What it may have: given by this rollout, or by one before. */
  @Nullable Revision at;

  Standing standing = Standing.WAITING;

  /** Another replica may have given it something newer: it has to be read from its record first. */
  boolean away;

  /** A pass was asked for and has not ended; it takes a slot. */
  boolean pending;

  long pendingSince;

  /** A pass runs, whatever it is about. */
  boolean running;

  /** No pass can begin. */
  boolean hindered;

  long givenAt;

  /** When it was written to last; empty when nobody knows. */
  @Nullable Long wroteAt;

  /** Since when it is well, and when that was seen last. */
  long wellSince;

  long seenAt;

  /** Its last pass failed: those that are well go first. */
  boolean troubled;

  String why = "";

  ClusterState(String name) {
    this.name = name;
  }

  /** What is remembered of it is not true any more. */
  void forget() {
    at = null;
    wroteAt = null;
    standing = Standing.WAITING;
    pending = false;
    away = true;
  }

  /** What it has by its own record; what this rollout gave it is newer. */
  void recorded(RolloutEvent.Recorded record) {
    away = false;
    if (at == null) {
      at = record.at().orElse(null);
    }
    if (wroteAt == null) {
      wroteAt = record.wroteAt().orElse(null);
    }
  }

  boolean has(@Nullable Revision revision) {
    return at != null && revision != null && at.sameState(revision);
  }

  /** Neither well nor failed, and it will tell. */
  boolean underWay() {
    return standing == Standing.GIVEN || standing == Standing.UNWELL;
  }

  void give(Revision revision, long now) {
    at = revision;
    standing = Standing.GIVEN;
    givenAt = now;
    why = "";
    ask(now);
  }

  void ask(long now) {
    pending = true;
    pendingSince = now;
  }

  /** Whether a pass takes its time; one that waits for a worker does not. */
  boolean timed() {
    return pending && (running || hindered);
  }

  void hindered(long now) {
    hindered = true;
    if (!running) {
      pendingSince = now;
    }
  }

  void began(long now) {
    running = true;
    hindered = false;
    if (pending) {
      pendingSince = now;
    }
    if (standing == Standing.GIVEN) {
      givenAt = now;
    }
  }

  void failed(String reason) {
    pending = false;
    troubled = true;
    standing = Standing.FAILED;
    why = reason;
  }

  /** A pass about the revision that is rolled out ended. */
  void saw(RolloutEvent.Saw saw, long now) {
    if (saw.wrote()) {
      wroteAt = now;
    }
    switch (saw.sight()) {
      case WELL -> well(saw.wrote(), now);
      case UNWELL -> unwell(saw.why());
      case HELD -> standing = Standing.HELD;
      case FAILED -> failed(saw.why());
    }
    troubled = standing == Standing.FAILED;
    why = saw.why();
    seenAt = now;
  }

  private void well(boolean wrote, long now) {
    if (standing == Standing.GIVEN && !wrote && wroteAt != null) {
      // Nothing was to be done, and it is well: it has been like this since the last write.
      wellSince = Math.min(wroteAt, now);
    } else if (standing != Standing.WELL || wrote) {
      wellSince = now;
    }
    standing = Standing.WELL;
  }

  /** Who was well and is not, or had its time, has failed until it is well again. */
  private void unwell(String reason) {
    if (standing == Standing.WELL || standing == Standing.FAILED) {
      failed(reason);
    } else {
      standing = Standing.UNWELL;
    }
  }
}
