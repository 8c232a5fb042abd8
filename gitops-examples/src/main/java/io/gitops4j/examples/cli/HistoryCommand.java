package io.gitops4j.examples.cli;

import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.HistoryEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "history",
    description = "Shows who changed what, when and why, the newest first, with numbers.",
    mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    try (Session session = options.open()) {
      List<HistoryEntry> entries =
          session
              .destination()
              .history()
              .list(session.reconciler().target(), OperationContext.create());
      ObjectNode root = OutcomeJson.JSON.createObjectNode();
      ArrayNode list = root.putArray("entries");
      int number = 0;
      for (HistoryEntry entry : entries) {
        number++;
        if (options.json()) {
          write(entry, list.addObject().put("number", number));
        } else {
          System.out.println(
              "  %2d  %s  %-10s %-8s %3d changed  %s  %s%s"
                  .formatted(
                      number,
                      entry.started(),
                      entry.outcome(),
                      entry.scope(),
                      entry.lines().size(),
                      entry.revision().digest().abbreviated(8),
                      entry
                          .revision()
                          .commit()
                          .map(c -> c.author() + "  " + c.subject())
                          .orElse(""),
                      entry.pin().map(p -> "  (" + p.message() + ")").orElse("")));
        }
      }
      if (options.json()) {
        options.print(root);
      }
      return 0;
    }
  }

  private static void write(HistoryEntry entry, ObjectNode node) {
    node.put("operation", entry.operationId())
        .put("outcome", entry.outcome().name())
        .put("plan", entry.plan().toString())
        .put("scope", entry.scope().name())
        .put("started", entry.started().toString())
        .put("milliseconds", entry.took().toMillis());
    OutcomeJson.revision(entry.revision(), node.putObject("revision"));
    entry.pin().ifPresent(p -> OutcomeJson.pin(p, node.putObject("pin")));
    ArrayNode lines = node.putArray("changes");
    for (HistoryEntry.Line line : entry.lines()) {
      ObjectNode shown = lines.addObject();
      OutcomeJson.id(line.id(), shown);
      shown
          .put("action", line.action().name())
          .put("reason", line.reason().name())
          .put("actuation", line.actuation().name());
      OutcomeJson.health(line.health(), shown.putObject("health"));
      line.failure().ifPresent(f -> shown.put("failure", f));
    }
  }
}
