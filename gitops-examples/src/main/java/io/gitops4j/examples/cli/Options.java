package io.gitops4j.examples.cli;

import io.gitops4j.error.Failure;
import io.gitops4j.gate.PruneConfirmation;
import io.gitops4j.k8s.Manifest;
import io.gitops4j.k8s.ManifestRenderer;
import io.gitops4j.k8s.argo.AppProject;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.terraform.flux.TerraformManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** What every command takes. */
final class Options {
  @Option(
      names = {"-f", "--file"},
      required = true,
      description =
          "an Argo CD Application, with its AppProject if that is to hold, or a Terraform object with"
              + " its GitRepository")
  Path file = Path.of("app.yaml");

  @Option(
      names = "--project",
      description = "file with the AppProject whose rules hold, where it is not in the same file")
  Optional<Path> project = Optional.empty();

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--terraform",
      description = "the program; default: terraform, else tofu, from PATH")
  Optional<Path> terraform = Optional.empty();

  @Option(
      names = "--terraform-state",
      description =
          "folder of Terraform targets, with local states; default: ~/.local/state/gitops4j/terraform")
  Optional<Path> state = Optional.empty();

  @Option(
      names = "--plan-key",
      description = "file with the 32 bytes that encrypt stored plans; made when it is missing")
  Path planKey = Path.of(System.getProperty("user.home"), ".config", "gitops4j", "plan.key");

  @Option(
      names = "--cache",
      description = "folder of Git mirrors; default: $XDG_CACHE_HOME or ~/.cache, gitops4j/git")
  Optional<Path> cache = Optional.empty();

  @Option(
      names = "--output",
      description = "text or json; diff: also unified or patch",
      defaultValue = "text")
  Output output = Output.text;

  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  /** How results are shown. */
  enum Output {
    text,
    json,
    unified,
    patch;

    /** Two forms are of plans only, so every other command refuses them. */
    void check(CommandSpec command) {
      boolean ofPlans = this == unified || this == patch;
      if (ofPlans && !(command.userObject() instanceof DiffCommand)) {
        throw new ParameterException(
            command.commandLine(), "--output " + this + " is of diff only");
      }
    }
  }

  /** A command with these options. */
  interface HasOptions {
    Options options();
  }

  /** Opens what only looks, or removes nothing that waits for a confirmation. */
  Session open() {
    return open(PruneConfirmation.none());
  }

  Session open(PruneConfirmation confirmation) {
    if (command != null) {
      output.check(command);
    }
    byte[] content = content(file);
    List<Manifest> objects = ManifestRenderer.read(file.toString(), content);
    if (kind(objects, "infra.contrib.fluxcd.io", "Terraform").isPresent()) {
      return terraform(content, confirmation);
    }
    Application application = application(objects, content);
    return new ApplicationSession(
        application,
        project(application, objects),
        cluster.access(application),
        cache(),
        confirmation,
        new ReconcileListener() {});
  }

  private Application application(List<Manifest> objects, byte[] content) {
    Optional<Manifest> beside = kind(objects, "argoproj.io", "Application");
    boolean pair = objects.size() == 2 && kind(objects, "argoproj.io", "AppProject").isPresent();
    return pair && beside.isPresent()
        ? Application.read(file.toString(), bytes(beside.get()))
        : Application.read(file.toString(), content);
  }

  private Optional<AppProject> project(Application application, List<Manifest> objects) {
    Optional<AppProject> found =
        project
            .map(p -> AppProject.read(p.toString(), content(p)))
            .or(
                () ->
                    kind(objects, "argoproj.io", "AppProject")
                        .map(p -> AppProject.read(file.toString(), bytes(p))));
    if (found.isEmpty() && !application.project().equals("default")) {
      System.err.println(
          "warning: the rules of project "
              + application.project()
              + " do not hold here: give its AppProject with --project");
    }
    return found;
  }

  private static byte[] bytes(Manifest manifest) {
    return manifest.object().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] content(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw Unreadable.exception(path, e);
    }
  }

  private Session terraform(byte[] content, PruneConfirmation confirmation) {
    return new TerraformSession(
        TerraformManifest.read(file.toString(), content),
        cache(),
        state.orElseGet(Options::stateFolder),
        this.terraform,
        PlanKey.read(planKey),
        confirmation);
  }

  private static Optional<Manifest> kind(List<Manifest> objects, String group, String kind) {
    return objects.stream()
        .filter(o -> o.id().group().equals(group) && o.id().kind().equals(kind))
        .findFirst();
  }

  /** Whether the results, and errors, are JSON documents. */
  boolean json() {
    return output == Output.json || output == Output.patch;
  }

  void print(ObjectNode document) {
    System.out.println(
        OutcomeJson.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
  }

  OutcomeText text() {
    return new OutcomeText(System.out, Terminal.isThere());
  }

  void error(Failure failure) {
    if (json()) {
      ObjectNode root = OutcomeJson.JSON.createObjectNode().put("outcome", "FAILED");
      OutcomeJson.failure(failure, root.putArray("errors").addObject());
      print(root);
    } else {
      System.err.println(failure.code() + " " + failure.message());
    }
  }

  private static Path stateFolder() {
    String set = System.getenv("XDG_STATE_HOME");
    Path base =
        set != null && !set.isEmpty()
            ? Path.of(set)
            : Path.of(System.getProperty("user.home"), ".local", "state");
    return base.resolve("gitops4j").resolve("terraform");
  }

  private Path cache() {
    return cache.orElseGet(Options::cacheFolder);
  }

  private static Path cacheFolder() {
    String set = System.getenv("XDG_CACHE_HOME");
    Path base =
        set != null && !set.isEmpty()
            ? Path.of(set)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("gitops4j").resolve("git");
  }
}
