package io.gitops4j.examples.cli;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.health.HealthTree;
import io.gitops4j.health.HealthWatch;
import io.gitops4j.k8s.Orphans;
import io.gitops4j.operation.OperationContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "status",
    description = "Shows what is owned and what that made, how well it is, and why it is not.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer>, Options.HasOptions {
  /** While objects move, what differs may move with them; Git is not asked more often than this. */
  private static final Duration MOVING = Duration.ofSeconds(10);

  private static final String CLEAR = "\033[H\033[J";

  @Mixin private final Options options = new Options();

  @Option(
      names = "--watch",
      description =
          "go on until interrupted or until nobody reads the output, and show what changes")
  private boolean watch;

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    try (Session session = options.open()) {
      if (watch) {
        return follow(session);
      }
      once(session);
      return 0;
    }
  }

  private void once(Session session) {
    String target = session.reconciler().target().name();
    OperationContext context = OperationContext.create();
    HealthTree tree = session.destination().health().tree(session.reconciler().target(), context);
    Standing standing = Standing.of(session, context);
    Optional<Orphans> orphans = session.orphans(context);
    if (options.json()) {
      ObjectNode root = json(target, standing, tree);
      orphans.ifPresent(o -> write(o, root));
      options.print(root);
    } else {
      new TreeText(System.out).whole(target, standing, tree);
      orphans.ifPresent(StatusCommand::print);
    }
    orphans
        .map(o -> o.objects().size())
        .filter(count -> count > 0 && session.warnsOfOrphans())
        .ifPresent(count -> System.err.println("warning: " + count + " objects belong to nobody"));
  }

  /**
   * Until the thread is interrupted or the output is closed; from a terminal, until the process is.
   */
  private int follow(Session session) {
    OperationContext context = OperationContext.create();
    try (HealthWatch trees = session.destination().health().watch(session.reconciler().target())) {
      View view = new View(session);
      while (true) {
        try {
          view.show(trees.next(view.patience(), context), context);
          if (System.out.checkError()) {
            return GitOps4J.FAILED;
          }
        } catch (OperationCancelledException e) {
          throw e;
        } catch (GitOpsException e) {
          if (e.failure().retryability() == Retryability.NEVER) {
            throw e;
          }
          System.err.println(e.failure().code() + " " + e.failure().message());
          context.pause(Duration.ofSeconds(2), e.failure().stage());
        }
      }
    } catch (OperationCancelledException e) {
      // An interrupt is how a watch ends.
      return 0;
    }
  }

  /** What is on the screen, or was printed last. */
  private final class View {
    private final Session session;
    private final String target;
    private final TreeText text = new TreeText(System.out);
    private Optional<HealthTree> tree = Optional.empty();
    private Optional<Standing> standing = Optional.empty();
    private long compared;
    private boolean moved;

    View(Session session) {
      this.session = session;
      this.target = session.reconciler().target().name();
    }

    /** How long to wait for objects before Git and what differs are looked at again. */
    Duration patience() {
      return due() ? Duration.ofMillis(1) : left();
    }

    private boolean due() {
      return standing.isEmpty() || left().toMillis() <= 0;
    }

    private Duration left() {
      return (moved ? MOVING : session.interval())
          .minus(Duration.ofNanos(System.nanoTime() - compared));
    }

    void show(Optional<HealthTree> next, OperationContext context) {
      moved |= next.isPresent();
      boolean first = tree.isEmpty();
      Optional<Standing> before = standing;
      tree = next.or(() -> tree);
      if (due()) {
        standing = Optional.of(Standing.of(session, context));
        compared = System.nanoTime();
        moved = false;
      }
      if (next.isPresent() || !before.equals(standing)) {
        print(first, tree.orElseThrow(), standing.orElseThrow());
      }
    }

    private void print(boolean first, HealthTree now, Standing stands) {
      if (options.json()) {
        System.out.println(json(target, stands, now));
      } else if (Terminal.isThere()) {
        System.out.print(CLEAR);
        text.whole(target, stands, now);
      } else if (first) {
        text.whole(target, stands, now);
      } else {
        text.changes(target, stands, now);
      }
    }
  }

  private static ObjectNode json(String target, Standing standing, HealthTree tree) {
    ObjectNode root = OutcomeJson.JSON.createObjectNode().put("target", target);
    standing.write(root);
    OutcomeJson.health(tree.health(), root.putObject("health"));
    write(tree.roots(), root.putArray("objects"));
    ArrayNode unseen = root.putArray("unseen");
    tree.unseen().forEach(unseen::add);
    return root;
  }

  private static void write(List<HealthTree.Node> nodes, ArrayNode into) {
    for (HealthTree.Node node : nodes) {
      ObjectNode object = into.addObject();
      OutcomeJson.id(node.id(), object);
      OutcomeJson.health(node.health(), object.putObject("health"));
      write(node.children(), object.putArray("children"));
    }
  }

  private static void write(Orphans orphans, ObjectNode root) {
    ArrayNode objects = root.putArray("orphans");
    orphans.objects().forEach(id -> OutcomeJson.id(id, objects.addObject()));
    ArrayNode unseen = root.withArray("/unseen");
    orphans.unseen().forEach(unseen::add);
  }

  private static void print(Orphans orphans) {
    orphans.objects().forEach(id -> System.out.println("  %-11s %s".formatted("Orphan", id)));
    orphans.unseen().forEach(u -> System.out.println("  %-11s %s".formatted("Not visible", u)));
  }
}
