package io.gitops4j.examples.cli;

import io.gitops4j.health.Health;
import io.gitops4j.k8s.Orphans;
import io.gitops4j.model.ResourceId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.Pin;
import java.util.Optional;
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
      Optional<Pin> pin = session.reconciler().pin(OperationContext.create());
      Optional<Orphans> orphans = session.orphans(OperationContext.create());
      if (options.json()) {
        ObjectNode root = OutcomeJson.JSON.createObjectNode();
        root.put("target", session.reconciler().target().name());
        pin.ifPresent(p -> OutcomeJson.pin(p, root.putObject("pin")));
        OutcomeJson.health(Health.worst(healths.values()), root.putObject("health"));
        ArrayNode objects = root.putArray("objects");
        healths.forEach(
            (id, health) -> {
              ObjectNode object = objects.addObject();
              OutcomeJson.id(id, object);
              OutcomeJson.health(health, object.putObject("health"));
            });
        orphans.ifPresent(o -> write(o, root));
        options.print(root);
      } else {
        pin.ifPresent(p -> System.out.println("  " + p.message()));
        healths.forEach(
            (id, health) ->
                System.out.println(
                    "  %-12s %s  %s".formatted(health.status(), id, health.message())));
        orphans.ifPresent(StatusCommand::print);
      }
      orphans
          .map(o -> o.objects().size())
          .filter(count -> count > 0 && session.warnsOfOrphans())
          .ifPresent(
              count -> System.err.println("warning: " + count + " objects belong to nobody"));
      return 0;
    }
  }

  private static void write(Orphans orphans, ObjectNode root) {
    ArrayNode objects = root.putArray("orphans");
    orphans.objects().forEach(id -> OutcomeJson.id(id, objects.addObject()));
    ArrayNode unseen = root.putArray("unseen");
    orphans.unseen().forEach(unseen::add);
  }

  private static void print(Orphans orphans) {
    orphans.objects().forEach(id -> System.out.println("  %-12s %s".formatted("ORPHAN", id)));
    orphans.unseen().forEach(u -> System.out.println("  %-12s %s".formatted("UNSEEN", u)));
  }
}
