package io.gitops4j.examples.cli;

import io.gitops4j.k8s.FormerOwner;
import io.gitops4j.k8s.KubernetesDestination;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "take-over",
    description =
        "Records as the application's what another tool owned. Changes nothing else: diff shows what"
            + " the next sync does with it.",
    mixinStandardHelpOptions = true)
final class TakeOverCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();

  @Parameters(index = "0", description = "one of ${COMPLETION-CANDIDATES}")
  private FormerOwner.Tool tool = FormerOwner.Tool.FLUX_KUSTOMIZATION;

  @Parameters(index = "1", description = "namespace of its record")
  private String namespace = "";

  @Parameters(index = "2", description = "name of its record")
  private String name = "";

  @Option(names = "--dry-run", description = "only show what is left behind")
  private boolean dryRun;

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    OperationContext context = OperationContext.create();
    FormerOwner former = new FormerOwner(tool, namespace, name);
    try (Session session = options.open()) {
      KubernetesDestination cluster = RestoreCommand.cluster(session, options);
      TargetId target = session.reconciler().target();
      SortedSet<ResourceId> found =
          dryRun
              ? cluster.leftBehind(target, former, context)
              : cluster.takeOver(target, former, context);
      ObjectNode root = OutcomeJson.JSON.createObjectNode();
      ArrayNode objects = root.putArray(dryRun ? "leftBehind" : "takenOver");
      found.forEach(id -> OutcomeJson.id(id, objects.addObject()));
      if (options.json()) {
        options.print(root);
      } else {
        found.forEach(id -> System.out.println("  " + id));
      }
      return 0;
    }
  }
}
