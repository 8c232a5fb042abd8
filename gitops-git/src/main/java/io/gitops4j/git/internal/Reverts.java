package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.error.Stage;
import io.gitops4j.git.Revert;
import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Commits that bring earlier content back. Made of trees, not of differences: merges in between are
 * no obstacle, and the result is exactly what the earlier revision had. Thread-safe.
 */
public final class Reverts {
  private static final String BRANCHES = "refs/heads/";
  private static final int TRIES = 5;
  private static final int SHOWN = 20;

  private final Remote remote;
  private final Mirror mirror;
  private final Resolution resolution;
  private final Histories histories;
  private final ExactCommits exact;

  /** Reverts on the branch of one source. */
  public Reverts(
      Remote remote,
      Mirror mirror,
      Resolution resolution,
      Histories histories,
      ExactCommits exact) {
    this.remote = remote;
    this.mirror = mirror;
    this.resolution = resolution;
    this.histories = histories;
    this.exact = exact;
  }

  /** A commit that was made, and what it stands on. */
  private record Made(ObjectId commit, ObjectId before, int reverted) {}

  /** Makes the commit and pushes it; again, when others pushed meanwhile what does not matter. */
  public Revert.Pushed push(Revert wish, OperationContext context) {
    ObjectId good = exact.id(wish.revision());
    Resolution.Found head = branch(context);
    ObjectId first = head.commit();
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      if (!histories.hold(head, good, context)) {
        throw exact.notFollowed(good);
      }
      // What the branch stands at has to be here whole, to be told from what others push.
      mirror.snapshot(head, context).close();
      mirror
          .snapshot(new Resolution.Found(head.reference(), good, Optional.empty()), context)
          .close();
      Resolution.Found onto = head;
      Optional<Revert.Pushed> pushed =
          mirror.alone(r -> push(r, wish, good, onto, first, context), context);
      if (pushed.isPresent()) {
        return pushed.get();
      }
      head = branch(context);
    }
    throw remote.error(
        "SOURCE-PUSH-RACE",
        Retryability.RETRY,
        "others pushed to the branch " + TRIES + " times in between",
        "try again",
        null);
  }

  private Resolution.Found branch(OperationContext context) {
    Resolution.Found head = resolution.find(() -> Duration.ZERO, context);
    if (head.advertised().filter(n -> n.startsWith(BRANCHES)).isEmpty()) {
      throw remote.error(
          "SOURCE-NOT-A-BRANCH",
          Retryability.NEVER,
          "'" + head.reference() + "' is followed, and no commit can be put on top of that",
          "let the source follow a branch by its name",
          null);
    }
    return head;
  }

  private Optional<Revert.Pushed> push(
      Repository repository,
      Revert wish,
      ObjectId good,
      Resolution.Found head,
      ObjectId first,
      OperationContext context)
      throws IOException {
    Made made = make(repository, wish, good, head, first, context);
    String onto = head.advertised().orElseThrow();
    String ref = wish.branch().map(b -> BRANCHES + b).orElse(onto);
    ObjectId expected = ref.equals(onto) ? made.before() : ObjectId.zeroId();
    context.checkActive(Stage.SOURCE);
    Pushes.Answer answer = Pushes.push(remote, repository, made.commit(), ref, expected, context);
    return switch (answer.kind()) {
      case TAKEN ->
          Optional.of(
              new Revert.Pushed(
                  ref.substring(BRANCHES.length()),
                  made.commit().name(),
                  made.before().name(),
                  made.reverted()));
      case MOVED -> {
        if (!ref.equals(onto)) {
          throw remote.error(
              "SOURCE-BRANCH-EXISTS",
              Retryability.NEVER,
              "it has a branch '" + wish.branch().orElseThrow() + "' already",
              "choose another name, or remove that branch",
              null);
        }
        yield Optional.empty();
      }
      case REFUSED ->
          throw remote.error(
              "SOURCE-PUSH-REFUSED",
              Retryability.RETRY_ON_CHANGE,
              "the server refused the commit on '" + ref + "': " + answer.said(),
              "push to a new branch and have it merged, or ask who protects the branch",
              null);
    };
  }

  private Made make(
      Repository repository,
      Revert wish,
      ObjectId good,
      Resolution.Found head,
      ObjectId first,
      OperationContext context)
      throws IOException {
    try (RevWalk walk = new RevWalk(repository);
        ObjectInserter inserter = repository.newObjectInserter()) {
      RevCommit tip = walk.parseCommit(head.commit());
      RevCommit back = walk.parseCommit(good);
      Trees trees = new Trees(repository, inserter);
      if (!trees.same(walk.parseCommit(first).getTree(), tip.getTree(), wish.path())) {
        throw moved(first, tip, wish);
      }
      ObjectId tree = trees.with(tip.getTree(), back.getTree(), wish.path());
      if (tree.equals(tip.getTree())) {
        throw nothing(wish, tip);
      }
      List<RevCommit> between = between(walk, tip, back, context);
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(tree);
      commit.setParentId(tip);
      PersonIdent author =
          new PersonIdent(
              wish.author().name(), wish.author().email(), Instant.now(), ZoneOffset.UTC);
      commit.setAuthor(author);
      commit.setCommitter(author);
      commit.setMessage(message(wish, back, tip, between));
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return new Made(id, tip.copy(), between.size());
    }
  }

  /** The branch's commits that the earlier revision does not have, newest first. */
  private static List<RevCommit> between(
      RevWalk walk, RevCommit tip, RevCommit back, OperationContext context) throws IOException {
    walk.markStart(tip);
    walk.markUninteresting(back);
    List<RevCommit> between = new ArrayList<>();
    for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
      context.checkActive(Stage.SOURCE);
      walk.parseBody(commit);
      between.add(commit);
    }
    return between;
  }

  private static String message(
      Revert wish, RevCommit back, RevCommit tip, List<RevCommit> between) {
    StringBuilder text = new StringBuilder("Revert ");
    text.append(wish.path().isEmpty() ? "" : wish.path() + " ")
        .append("to ")
        .append(back.abbreviate(8).name())
        .append("\n\n");
    if (!wish.why().isBlank()) {
      text.append(wish.why().strip()).append("\n\n");
    }
    text.append("It goes back behind ").append(between.size()).append(" commits:\n");
    between.stream()
        .limit(SHOWN)
        .forEach(
            c ->
                text.append("- ")
                    .append(c.abbreviate(8).name())
                    .append(' ')
                    .append(c.getShortMessage())
                    .append('\n'));
    if (between.size() > SHOWN) {
      text.append("- and ").append(between.size() - SHOWN).append(" more\n");
    }
    text.append("\nReverted-To: ").append(back.name());
    text.append("\nReverted-From: ").append(tip.name());
    if (!wish.path().isEmpty()) {
      text.append("\nReverted-Path: ").append(wish.path());
    }
    return text.append('\n').toString();
  }

  private SourceException moved(ObjectId first, RevCommit tip, Revert wish) {
    return remote.error(
        "SOURCE-BRANCH-MOVED",
        Retryability.RETRY_ON_CHANGE,
        "while it was reverted, somebody pushed "
            + tip.name()
            + " on top of "
            + first.name()
            + ", which changes "
            + (wish.path().isEmpty() ? "the repository" : "'" + wish.path() + "'"),
        "look at that commit first: it may be the cure, and would be reverted, too",
        null);
  }

  private SourceException nothing(Revert wish, RevCommit tip) {
    return remote.error(
        "SOURCE-NOTHING-TO-REVERT",
        Retryability.NEVER,
        "the branch stands at "
            + tip.name()
            + ", and has "
            + (wish.path().isEmpty() ? "the content" : "'" + wish.path() + "'")
            + " of "
            + wish.revision()
            + " already",
        "nothing has to be done",
        null);
  }
}
