package io.gitops4j.git.internal;

import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PushResult;
import org.eclipse.jgit.transport.RemoteRefUpdate;

/** One commit put on one branch of a server, if that stands where it was seen. */
final class Pushes {
  private Pushes() {}

  /** What became of it. */
  enum Kind {
    /** The branch stands at the commit. */
    TAKEN,
    /** The branch stands elsewhere than expected. */
    MOVED,
    /** The server does not take it. */
    REFUSED
  }

  /** What the server answered. */
  record Answer(Kind kind, String said) {}

  static Answer push(
      Remote remote,
      Repository repository,
      ObjectId commit,
      String ref,
      ObjectId expected,
      OperationContext context)
      throws IOException {
    RemoteRefUpdate update =
        new RemoteRefUpdate(repository, commit.name(), commit, ref, false, null, expected);
    PushResult result;
    try {
      result = remote.push(repository, List.of(update), context);
    } catch (TransportException e) {
      throw remote.failure(e);
    }
    String said =
        Stream.of(String.valueOf(update.getMessage()), result.getMessages())
            .map(String::strip)
            .filter(s -> !s.isEmpty() && !s.equals("null"))
            .collect(Collectors.joining("; "));
    return switch (update.getStatus()) {
      case OK, UP_TO_DATE -> new Answer(Kind.TAKEN, said);
      case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED -> new Answer(Kind.MOVED, said);
      case REJECTED_OTHER_REASON -> new Answer(raced(update) ? Kind.MOVED : Kind.REFUSED, said);
      case NOT_ATTEMPTED, AWAITING_REPORT, NON_EXISTING, REJECTED_NODELETE ->
          new Answer(Kind.REFUSED, update.getStatus() + " " + said);
    };
  }

  /** Somebody else's push came between what the server showed and what it was sent. */
  private static boolean raced(RemoteRefUpdate update) {
    String said = String.valueOf(update.getMessage());
    return said.contains("failed to update ref")
        || said.contains("cannot lock ref")
        || said.contains("fetch first")
        || said.contains("lock error")
        || said.contains("non-fast-forward");
  }
}
