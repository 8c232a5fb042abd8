package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.TerraformDestination;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "unlock",
    description =
        "Opens the lock of a Terraform state whose holder is dead. Never while it lives: both would"
            + " write.",
    mixinStandardHelpOptions = true)
final class UnlockCommand implements Callable<Integer>, Options.HasOptions {
  @Mixin private final Options options = new Options();

  @Parameters(paramLabel = "LOCK", description = "The id of the lock, as the failed sync told it.")
  private String lock = "";

  @Override
  public Options options() {
    return options;
  }

  @Override
  public Integer call() {
    try (Session session = options.open()) {
      if (!(session.destination() instanceof TerraformDestination terraform)) {
        throw new ConfigurationException(
            "unlock", List.of("only a Terraform state has a lock, and the file names none"));
      }
      terraform.forceUnlock(session.reconciler().target(), lock, OperationContext.create());
      if (options.json()) {
        ObjectNode root = OutcomeJson.JSON.createObjectNode();
        root.put("target", session.reconciler().target().name()).put("unlocked", lock);
        options.print(root);
      } else {
        System.out.println("  lock " + lock + " is open");
      }
      return 0;
    }
  }
}
