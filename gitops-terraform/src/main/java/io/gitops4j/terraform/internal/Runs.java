package io.gitops4j.terraform.internal;

import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.Stage;
import io.gitops4j.model.Sensitive;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.StateLockedException;
import io.gitops4j.terraform.TerraformConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Runs of the program in one target's folder during one pass: what it says is read, and what is
 * secret is taken out of it. Not thread-safe.
 */
final class Runs {
  private final TerraformConfig config;
  private final Tool tool;
  private final TargetId target;
  private final WorkingFolder folder;
  private final RunningNote running;
  private final Stage stage;
  private final OperationContext context;

  /** What is known to be secret by now; each run and each plan adds to it. */
  private Secrets secrets;

  Runs(
      TerraformConfig config,
      Tool tool,
      TargetId target,
      WorkingFolder folder,
      RunningNote running,
      Secrets secrets,
      Stage stage,
      OperationContext context) {
    this.config = config;
    this.tool = tool;
    this.target = target;
    this.folder = folder;
    this.running = running;
    this.secrets = secrets;
    this.stage = stage;
    this.context = context;
  }

  /** What is known to be secret by now. */
  Secrets secrets() {
    return secrets;
  }

  /** What a plan marks as sensitive is in no text from here on. */
  void hide(JsonNode shown) {
    secrets = secrets.and(shown);
  }

  /** Tells every mistake with file and line, before anything is contacted. */
  void validate() {
    Tool.Result result =
        tool.run(folder, environment(), List.of("validate", "-json", "-no-color"), stage, context);
    if (result.ok()) {
      return;
    }
    Diagnostics diagnostics = new Diagnostics(secrets);
    JsonNode all = Diagnostics.JSON.readTree(result.output());
    for (JsonNode diagnostic : all.path("diagnostics")) {
      diagnostics.take(
          Diagnostics.JSON.createObjectNode().set("diagnostic", diagnostic).toString());
    }
    throw diagnostics.invalid(stage, target.name(), result);
  }

  /** Stores a file as the state. */
  void push(String file) {
    List<String> push = List.of("state", "push", "-no-color", lockTimeout(), file);
    Tool.Result result = tool.run(folder, environment(), push, stage, context);
    if (!result.ok()) {
      throw Diagnostics.lock(stage, target.name(), secrets.mask(result.errors()))
          .map(GitOpsException.class::cast)
          .orElseGet(() -> new Diagnostics(secrets).failure(stage, target.name(), result));
    }
  }

  /** A lock that a killed run of ours left is opened; every other is somebody else's. */
  <T> T unlocking(Supplier<T> work) throws IOException {
    try {
      return work.get();
    } catch (StateLockedException e) {
      if (!running.left(e, config.lockTimeout())) {
        throw e;
      }
      running.restore();
      forceUnlock(e.lockId());
      return work.get();
    }
  }

  /** How long a lock of somebody else is waited for, as the program takes it. */
  String lockTimeout() {
    return "-lock-timeout=" + config.lockTimeout().toSeconds() + "s";
  }

  /** Opens a lock by its id. */
  void forceUnlock(String lockId) {
    run(List.of("force-unlock", "-force", lockId));
  }

  /** Asked for at every run; what it gives is taken out of all texts from here on. */
  private Map<String, Sensitive<String>> environment() {
    Map<String, Sensitive<String>> given = config.environment().get();
    secrets = secrets.and(Secrets.of(given));
    return given;
  }

  /** Runs, and reads line by line what is told meanwhile. */
  void stream(List<String> arguments, BiConsumer<JsonNode, Diagnostics> progress) {
    Map<String, Sensitive<String>> environment = environment();
    Diagnostics diagnostics = new Diagnostics(secrets);
    Tool.Result result =
        tool.stream(
            folder,
            environment,
            arguments,
            running::write,
            running::ended,
            line -> diagnostics.take(line).ifPresent(node -> progress.accept(node, diagnostics)),
            stage,
            context);
    if (!result.ok()) {
      throw diagnostics.failure(stage, target.name(), result);
    }
  }

  /** Runs something that is not done in a moment. */
  void run(List<String> arguments) {
    Tool.Result result = tool.run(folder, environment(), arguments, stage, context);
    if (!result.ok()) {
      Diagnostics diagnostics = new Diagnostics(secrets);
      new String(result.output(), StandardCharsets.UTF_8).lines().forEach(diagnostics::take);
      throw diagnostics.failure(stage, target.name(), result);
    }
  }

  /** Runs something whose output is what is wanted. */
  byte[] capture(List<String> arguments) {
    Tool.Result result = tool.run(folder, environment(), arguments, stage, context);
    if (!result.ok()) {
      throw new Diagnostics(secrets).failure(stage, target.name(), result);
    }
    return result.output();
  }
}
