package io.gitops4j.terraform.internal;

import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.health.Health;
import io.gitops4j.health.HealthAssessor;
import io.gitops4j.health.HealthStatus;
import io.gitops4j.inventory.Inventory;
import io.gitops4j.inventory.InventoryEntry;
import io.gitops4j.inventory.InventoryReader;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Output;
import io.gitops4j.render.Output.Confidentiality;
import io.gitops4j.terraform.TerraformConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What the state says: it is the inventory, so that there is no second truth beside it. Works in
 * the folder that the last pass made ready. Thread-safe.
 */
public final class StateInspector implements InventoryReader, HealthAssessor {
  private final TerraformConfig config;
  private final Tool tool;

  /** Works with the given program. */
  public StateInspector(TerraformConfig config, Tool tool) {
    this.config = config;
    this.tool = tool;
  }

  @Override
  public Inventory load(TargetId target, OperationContext context) {
    Optional<JsonNode> state = ask(target, List.of("show", "-json", "-no-color"), context);
    List<InventoryEntry> entries = new ArrayList<>();
    state.ifPresent(s -> StateReader.collect(s.path("values"), entries));
    return Inventory.empty().withEntries(entries);
  }

  /** What was applied and is in the state is well; a tainted resource waits for its replacement. */
  @Override
  public SortedMap<ResourceId, Health> assess(TargetId target, OperationContext context) {
    SortedMap<ResourceId, Health> healths = new TreeMap<>();
    ask(target, List.of("show", "-json", "-no-color"), context)
        .ifPresent(s -> module(s.path("values").path("root_module"), healths));
    return healths;
  }

  /** The outputs of the root module. */
  public Map<String, Output> outputs(TargetId target, OperationContext context) {
    Map<String, Output> outputs = new TreeMap<>();
    ask(target, List.of("output", "-json", "-no-color"), context)
        .ifPresent(
            all ->
                all.properties()
                    .forEach(
                        e ->
                            outputs.put(
                                e.getKey(),
                                new Output(
                                    e.getKey(),
                                    Sensitive.of(e.getValue().path("value").toString()),
                                    e.getValue().path("sensitive").asBoolean(false)
                                        ? Confidentiality.SENSITIVE
                                        : Confidentiality.SHOWN))));
    return outputs;
  }

  /** Opens a lock whose holder is dead. */
  public void forceUnlock(TargetId target, String lockId, OperationContext context) {
    if (!Files.exists(module(target))) {
      throw new InventoryException(
          "TERRAFORM-NO-WORKSPACE",
          Retryability.RETRY_ON_CHANGE,
          target.name(),
          "its lock cannot be opened: no pass ran in " + config.folder() + " yet",
          "run a pass, which tells the lock that it meets",
          null);
    }
    ask(target, List.of("force-unlock", "-force", lockId), context);
  }

  /** Says where the root module is, from the first pass on. */
  private Path module(TargetId target) {
    return WorkingFolder.of(config, target).resolve("module");
  }

  private static void module(JsonNode module, SortedMap<ResourceId, Health> healths) {
    for (JsonNode resource : module.path("resources")) {
      if (resource.path("mode").asString("").equals("managed")) {
        healths.put(
            StateReader.id(resource),
            resource.path("tainted").asBoolean(false)
                ? new Health(HealthStatus.DEGRADED, "it is tainted, and replaced by the next apply")
                : Health.of(HealthStatus.HEALTHY));
      }
    }
    module.path("child_modules").forEach(child -> module(child, healths));
  }

  /** Empty before the first pass. */
  private Optional<JsonNode> ask(
      TargetId target, List<String> arguments, OperationContext context) {
    try {
      Path module = module(target);
      if (!Files.exists(module)) {
        return Optional.empty();
      }
      try (WorkingFolder folder =
          WorkingFolder.open(config, target, Files.readString(module), Stage.INVENTORY, context)) {
        Map<String, Sensitive<String>> given = config.environment().get();
        Map<String, Sensitive<String>> environment = new HashMap<>(given);
        // An initialisation that was cut short selects none.
        folder.note("workspace").ifPresent(w -> environment.put("TF_WORKSPACE", Sensitive.of(w)));
        Tool.Result result = tool.run(folder, environment, arguments, Stage.INVENTORY, context);
        if (!result.ok()) {
          throw new InventoryException(
              "TERRAFORM-STATE-UNREADABLE",
              Retryability.RETRY,
              target.name(),
              "its state cannot be read: " + Secrets.of(given).mask(result.errors()),
              "check the backend's address and credentials",
              null);
        }
        return result.output().length == 0 || result.output()[0] != '{'
            ? Optional.empty()
            : Optional.of(Diagnostics.JSON.readTree(result.output()));
      }
    } catch (IOException e) {
      throw new InventoryException(
          "TERRAFORM-IO",
          Retryability.RETRY,
          target.name(),
          "its working folder failed: " + e.getMessage(),
          "look at the disk of " + config.folder(),
          e);
    }
  }
}
