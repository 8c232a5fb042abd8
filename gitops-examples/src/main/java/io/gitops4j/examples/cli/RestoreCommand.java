package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.k8s.Tombstone;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "restore",
    description = "Makes anew what was removed. Passes leave it alone until Git has it again.",
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();

  @Parameters(description = "KIND/NAME or KIND/NAMESPACE/NAME; the newest that is kept")
  private String name = "";

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    OperationContext context = OperationContext.create();
    try (Session session = options.open()) {
      KubernetesDestination destination = cluster(session, options);
      TargetId target = session.reconciler().target();
      Tombstone tombstone =
          destination.tombstones(target, context).stream()
              .filter(t -> Names.means(name, t.id()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ConfigurationException(
                          name,
                          List.of(
                              "nothing of that name is kept; the command tombstones lists it")));
      destination.restoreObject(target, tombstone, context);
      if (options.json()) {
        ObjectNode root = OutcomeJson.JSON.createObjectNode();
        OutcomeJson.id(tombstone.id(), root.putObject("restored"));
        options.print(root);
      } else {
        System.out.println(
            "  restored " + tombstone.id() + ": it is not owned; commit it to Git to keep it");
      }
      return 0;
    }
  }

  /** Of Terraform nothing is kept: its state is all there is. */
  static KubernetesDestination cluster(Session session, Options options) {
    if (session.destination() instanceof KubernetesDestination cluster) {
      return cluster;
    }
    throw new ConfigurationException(
        options.file.toString(), List.of("tombstones are kept of objects of a cluster only"));
  }
}
