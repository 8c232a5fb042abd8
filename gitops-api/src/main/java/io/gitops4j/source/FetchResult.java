package io.gitops4j.source;

import io.gitops4j.model.Revision;
import java.util.Objects;

/** What a poll found. Switch on {@link #kind()}. */
public sealed interface FetchResult {
  /** The kinds of result. */
  enum Kind {
    /** There is a snapshot to read. */
    FETCHED,
    /** The source still stands at the revision last seen; nothing was downloaded. */
    UNCHANGED
  }

  /**
   * Which result this is.
   *
   * @return the kind
   */
  Kind kind();

  /**
   * The revision the source stands at.
   *
   * @return the revision
   */
  Revision revision();

  /**
   * A snapshot, which the caller closes.
   *
   * @param snapshot the tree
   */
  record Fetched(Snapshot snapshot) implements FetchResult {
    /** Checks that the snapshot is there. */
    public Fetched {
      Objects.requireNonNull(snapshot, "snapshot");
    }

    @Override
    public Kind kind() {
      return Kind.FETCHED;
    }

    @Override
    public Revision revision() {
      return snapshot.revision();
    }
  }

  /**
   * Nothing new.
   *
   * @param revision as last seen
   */
  record Unchanged(Revision revision) implements FetchResult {
    /** Checks that the revision is there. */
    public Unchanged {
      Objects.requireNonNull(revision, "revision");
    }

    @Override
    public Kind kind() {
      return Kind.UNCHANGED;
    }
  }
}
