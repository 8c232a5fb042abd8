package io.gitops4j.examples.cli;

import io.gitops4j.error.RenderException;
import io.gitops4j.k8s.KubernetesHealth;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "health",
    description = "Shows how well the objects in files are; asks no cluster.",
    mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--file"},
      required = true,
      description = "a file or pipe of live objects, or a folder with such files, in all depths")
  private Path file = Path.of(".");

  @Option(names = "--output", description = "text or json", defaultValue = "text")
  private Options.Output output = Options.Output.text;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final KubernetesHealth health = KubernetesHealth.standard();

  /** Goes on after a file that cannot be read, so that one such file hides no other. */
  @Override
  public Integer call() {
    output.check(spec);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int code = 0;
    ObjectFiles files = ObjectFiles.of(file);
    for (Path one : files.found()) {
      try {
        for (KubernetesHealth.ObjectHealth object :
            health.read(one.toString(), Files.readAllBytes(one))) {
          out.println(output == Options.Output.json ? json(one, object) : text(object));
        }
      } catch (RenderException e) {
        err.println(e.failure().code() + " " + e.failure().message());
        code = GitOps4J.FAILED;
      } catch (IOException e) {
        err.println(one + ": " + Unreadable.why(e));
        code = GitOps4J.FAILED;
      }
    }
    for (Map.Entry<Path, IOException> one : files.unreadable().entrySet()) {
      err.println(one.getKey() + ": " + Unreadable.why(one.getValue()));
      code = GitOps4J.FAILED;
    }
    out.flush();
    err.flush();
    return code;
  }

  private static String json(Path file, KubernetesHealth.ObjectHealth object) {
    return OutcomeJson.JSON
        .createObjectNode()
        .put("file", file.toString())
        .put("id", object.id().toString())
        .put("status", object.health().status().word())
        .put("message", object.health().message())
        .toString();
  }

  private static String text(KubernetesHealth.ObjectHealth object) {
    return "  %-12s %s  %s"
        .formatted(object.health().status().word(), object.id(), object.health().message())
        .stripTrailing();
  }
}
