package io.gitops4j.examples.cli;

import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.Tombstone;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "tombstones",
    description = "Shows what was removed and can be restored, newest first.",
    mixinStandardHelpOptions = true)
final class TombstonesCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    try (Session session = options.open()) {
      KubernetesDestination destination = RestoreCommand.cluster(session, options);
      List<Tombstone> kept =
          destination.tombstones(session.reconciler().target(), OperationContext.create());
      ObjectNode root = OutcomeJson.JSON.createObjectNode();
      ArrayNode list = root.putArray("tombstones");
      for (Tombstone tombstone : kept) {
        if (options.json()) {
          ObjectNode node = list.addObject();
          OutcomeJson.id(tombstone.id(), node);
          node.put("uid", tombstone.uid())
              .put("time", tombstone.time().toString())
              .put("revision", tombstone.revision())
              .put("plan", tombstone.plan().toString())
              .put("bytes", tombstone.bytes());
        } else {
          System.out.println(
              "  %s  %s  %d bytes, removed by %s"
                  .formatted(
                      tombstone.time(), tombstone.id(), tombstone.bytes(), tombstone.revision()));
        }
      }
      if (options.json()) {
        options.print(root);
      }
      return 0;
    }
  }
}
