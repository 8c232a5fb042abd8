package io.gitops4j.examples.cli;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "release",
    description = "Ends a rollback: the next sync follows Git again.",
    mixinStandardHelpOptions = true)
final class ReleaseCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    try (Session session = options.open()) {
      Optional<Pin> released = session.reconciler().release(OperationContext.create());
      if (options.json()) {
        ObjectNode root = OutcomeJson.JSON.createObjectNode();
        root.put("target", session.reconciler().target().name());
        released.ifPresent(p -> OutcomeJson.pin(p, root.putObject("released")));
        options.print(root);
      } else {
        System.out.println(
            released
                .map(p -> "  was " + p.message() + "; the next sync follows Git")
                .orElse("  it was not pinned"));
      }
      return 0;
    }
  }
}
