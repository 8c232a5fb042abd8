package io.gitops4j.terraform.internal;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.GitOpsException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.file.FolderLock;
import io.gitops4j.model.Digest;
import io.gitops4j.model.TargetId;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.DriftRule;
import io.gitops4j.terraform.StateLockedException;
import io.gitops4j.terraform.TerraformConfig;
import io.gitops4j.terraform.TerraformWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * One target's working folder with the program in it: made ready, planned in, applied in. Held by
 * one pass. Not thread-safe.
 */
final class Workbench implements AutoCloseable {
  private static final String INITIALISED = "initialised";
  private static final String DIRECTORY = "directory";

  /** The words of Terraform 1.x and OpenTofu 1.x. */
  private static final String OUTGROWN_LOCK = "does not match configured version constraint";

  /** Both advise it when the backend that they know is not the one of the configuration. */
  private static final String OTHER_BACKEND = "init -reconfigure";

  /** What it says of a cloud block in place of a backend, where nobody can be asked. */
  private static final String TO_CLOUD = "approval for state migration";

  private final TerraformConfig config;
  private final Tool tool;
  private final TargetId target;
  private final TerraformWorkspace workspace;
  private final WorkingFolder folder;
  private final RunningNote running;
  private final Runs runs;
  private final Stage stage;
  private final OperationContext context;

  private Workbench(
      TerraformConfig config,
      Tool tool,
      TargetId target,
      TerraformWorkspace workspace,
      WorkingFolder folder,
      Stage stage,
      OperationContext context)
      throws IOException {
    this.config = config;
    this.tool = tool;
    this.target = target;
    this.workspace = workspace;
    this.folder = folder;
    this.running = new RunningNote(folder);
    this.runs =
        new Runs(config, tool, target, folder, running, Secrets.of(workspace), stage, context);
    this.stage = stage;
    this.context = context;
  }

  /** Waits for the folder, mends what a killed pass left, and makes the folder ready. */
  static Workbench open(
      TerraformConfig config,
      Tool tool,
      TargetId target,
      TerraformWorkspace workspace,
      Stage stage,
      OperationContext context)
      throws IOException {
    WorkingFolder folder =
        WorkingFolder.open(config, target, workspace.config().path(), stage, context);
    try {
      Workbench bench = new Workbench(config, tool, target, workspace, folder, stage, context);
      bench.claim();
      bench.running.await(target.name(), config.lockTimeout(), stage, context);
      bench.initialise();
      bench.rescueState();
      return bench;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** A plan file, what the program shows of it, and the same read. */
  record Planned(byte[] file, byte[] shown, ShownPlan plan) {}

  /** A stored plan, read again. */
  ShownPlan read(PlanVault.Stored stored) throws IOException {
    return ShownPlan.read(
        stored.file().reveal(), stored.shown().reveal(), runs.secrets(), ignored());
  }

  private List<DriftRule> ignored() {
    return workspace.config().ignoredDrift();
  }

  WorkingFolder folder() {
    return folder;
  }

  /** Plans; the arguments say which kind of plan. */
  Planned plan(List<String> kind) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("plan", "-json", "-input=false", "-no-color"));
    arguments.addAll(kind);
    arguments.add(runs.lockTimeout());
    arguments.add("-parallelism=" + config.parallelism());
    arguments.addAll(variables());
    Path file = folder.run().resolve("plan.bin");
    arguments.add("-out=" + file);
    runs.unlocking(
        () -> {
          delete(file);
          runs.stream(arguments, (line, diagnostics) -> {});
          return Optional.empty();
        });
    byte[] bytes = Files.readAllBytes(file);
    checkKind(bytes);
    byte[] shown = runs.capture(List.of("show", "-json", "-no-color", file.toString()));
    Files.delete(file);
    ShownPlan plan = ShownPlan.read(bytes, shown, runs.secrets(), ignored());
    place().met(target.name(), plan.inventory().entries().isEmpty());
    return new Planned(bytes, shown, plan);
  }

  StatePlace place() {
    return new StatePlace(folder);
  }

  /** A plan that is made remotely is kept there, and its file only names it: it binds nothing. */
  private void checkKind(byte[] plan) {
    if (plan.length < 2 || plan[0] != 'P' || plan[1] != 'K') {
      throw new DiffException(
          "TERRAFORM-REMOTE-PLAN",
          Retryability.RETRY,
          target.name(),
          "it is planned remotely, so that there is no plan file to be approved and applied",
          "set the execution mode of its workspace to local",
          null);
    }
  }

  /** Applies exactly this plan. What it marks as sensitive is in no text of the apply either. */
  void apply(PlanVault.Stored plan, BiConsumer<JsonNode, Diagnostics> progress) throws IOException {
    runs.hide(Diagnostics.JSON.readTree(plan.shown().reveal()));
    Path file = folder.run().resolve("plan.bin");
    WorkingFolder.writePrivate(file, plan.file().reveal());
    List<String> arguments =
        new ArrayList<>(List.of("apply", "-json", "-input=false", "-no-color", runs.lockTimeout()));
    arguments.add("-parallelism=" + config.parallelism());
    if (folder.saysEphemeral(workspace)) {
      // A plan does not keep them. Of the others the program only checks that they are the same.
      arguments.addAll(variables());
    }
    arguments.add(file.toString());
    try {
      runs.unlocking(
          () -> {
            runs.stream(arguments, progress);
            return Optional.empty();
          });
    } finally {
      Files.deleteIfExists(file);
      rescueState();
    }
  }

  private List<String> variables() throws IOException {
    List<String> arguments = new ArrayList<>();
    for (String file : workspace.config().variableFiles()) {
      arguments.add("-var-file=" + file);
    }
    folder.writeVariables(workspace).ifPresent(f -> arguments.add("-var-file=" + f));
    return arguments;
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }

  /** Another directory's plan would turn what this state holds into its own. */
  private void claim() throws IOException {
    String mine =
        "directory '%s' of %s"
            .formatted(
                workspace.config().path(),
                workspace.repository().orElse("a source without address"));
    Optional<String> noted = folder.note(DIRECTORY);
    if (noted.isEmpty()) {
      folder.writeNote(DIRECTORY, mine);
    } else if (!noted.get().equals(mine)) {
      throw new DiffException(
          "TERRAFORM-OTHER-DIRECTORY",
          Retryability.NEVER,
          target.name(),
          "its working folder is that of " + noted.get() + ", and this is " + mine,
          "give one of the two another name or namespace; if it is one that moved and keeps its"
              + " state, remove the file "
              + folder.root().resolve(DIRECTORY),
          null);
    }
  }

  /** Only when its inputs changed: it may download, and takes longest. */
  private void initialise() throws IOException {
    String inputs = folder.write(workspace) + " " + tool.binary();
    if (folder.note(INITIALISED).equals(Optional.of(inputs)) && Files.isDirectory(folder.data())) {
      return;
    }
    folder.removeNote(INITIALISED);
    // Older programs know no init -json: they would fail with words that help nobody.
    ProgramVersion.read(runs.capture(List.of("version", "-json")))
        .check(target.name(), tool.binary());
    Files.createDirectories(folder.state().getParent());
    List<String> init = new ArrayList<>(List.of("init", "-json", "-input=false", "-no-color"));
    if (folder.pinned(workspace)) {
      init.add("-lockfile=readonly");
    }
    EarlierChoice earlier = EarlierChoice.forget(folder.data());
    // The program's cache of providers does not bear two inits at once.
    Path cache = Files.createDirectories(config.folder().resolve("providers"));
    try (FolderLock lock = FolderLock.take(cache, stage, context)) {
      lock.held();
      install(init, earlier);
    } catch (GitOpsException e) {
      earlier.restore();
      throw e;
    }
    String name = workspace.config().workspace();
    if (!name.equals("default")) {
      runs.run(List.of("workspace", "select", "-or-create", "-no-color", name));
    }
    runs.validate();
    folder.writeNote("module", workspace.config().path());
    folder.writeNote("workspace", name);
    folder.writeNote(INITIALISED, inputs);
  }

  private void install(List<String> init, EarlierChoice earlier) throws IOException {
    try {
      install(init);
    } catch (GitOpsException e) {
      String said = e.failure().reason();
      boolean other = said.contains(OTHER_BACKEND) || said.contains(TO_CLOUD);
      if (!other || !earlier.forgetLocal()) {
        throw e;
      }
      install(init);
    }
  }

  /** A lock file that an earlier init left here does not hold back what the repository asks for. */
  private void install(List<String> init) {
    try {
      runs.run(init);
    } catch (GitOpsException e) {
      if (folder.pinned(workspace) || !e.failure().reason().contains(OUTGROWN_LOCK)) {
        throw e;
      }
      delete(folder.lockFile());
      runs.run(init);
    }
  }

  /** What the program could not store at its end belongs into the backend before anything else. */
  private void rescueState() throws IOException {
    Path errored = folder.module().resolve("errored.tfstate");
    if (!Files.exists(errored)) {
      return;
    }
    try {
      runs.unlocking(
          () -> {
            runs.push(errored.getFileName().toString());
            return Optional.empty();
          });
    } catch (StateLockedException | OperationCancelledException e) {
      throw e;
    } catch (GitOpsException e) {
      throw new DiffException(
          "TERRAFORM-STATE-UNSAVED",
          Retryability.RETRY,
          target.name(),
          "its state could not be stored, and is kept in " + errored + ": " + e.failure().reason(),
          "make the backend reachable; the next pass stores it. Do not remove the file",
          e);
    }
    Files.delete(errored);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  void forceUnlock(String lockId) {
    runs.forceUnlock(lockId);
  }

  /** What the run before knew to be without difference, empty when it did not. */
  Optional<String> settled() throws IOException {
    return folder.note("settled");
  }

  void settle(String as) throws IOException {
    folder.writeNote("settled", as);
  }

  void unsettle() throws IOException {
    folder.removeNote("settled");
  }

  static String settledAs(Digest inputs, Digest drift, Digest given, String stateVersion) {
    return inputs + " " + drift + " " + given + " " + stateVersion;
  }

  /** Lineage and serial of the state as it is now. */
  String stateVersion() {
    return ShownPlan.version(Diagnostics.JSON.readTree(runs.capture(List.of("state", "pull"))));
  }
}
