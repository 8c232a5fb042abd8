package io.gitops4j.examples.cli;

import io.gitops4j.health.Health;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "status",
    description = "Shows what is owned and how well it is.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    try (Session session = options.open()) {
      SortedMap<ResourceId, Health> healths =
          session
              .destination()
              .health()
              .assess(session.reconciler().target(), OperationContext.create());
      if (options.json()) {
        ObjectNode root = OutcomeJson.JSON.createObjectNode();
        root.put("target", session.reconciler().target().name());
        OutcomeJson.health(Health.worst(healths.values()), root.putObject("health"));
        ArrayNode objects = root.putArray("objects");
        healths.forEach(
            (id, health) -> {
              ObjectNode object = objects.addObject();
              OutcomeJson.id(id, object);
              OutcomeJson.health(health, object.putObject("health"));
            });
        options.print(root);
      } else {
        healths.forEach(
            (id, health) ->
                System.out.println(
                    "  %-12s %s  %s".formatted(health.status(), id, health.message())));
      }
      return 0;
    }
  }
}
