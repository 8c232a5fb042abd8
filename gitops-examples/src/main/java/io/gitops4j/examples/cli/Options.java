package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Failure;
import io.gitops4j.k8s.argo.Application;
import io.gitops4j.reconcile.ReconcileListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** What every command takes. */
final class Options {
  @Option(
      names = {"-f", "--file"},
      required = true,
      description = "an Argo CD Application")
  Path file = Path.of("app.yaml");

  @Option(names = "--kubeconfig", description = "default: $KUBECONFIG, else ~/.kube/config")
  @Nullable Path kubeconfig;

  @Option(names = "--context", description = "default: the current one of the kubeconfig")
  @Nullable String context;

  @Option(names = "--output", description = "text or json", defaultValue = "text")
  Output output = Output.text;

  /** How results are shown. */
  enum Output {
    text,
    json
  }

  /** The options of a command that failed. */
  static Options of(CommandLine command) {
    return ((HasOptions) command.getCommand()).options();
  }

  /** A command with these options. */
  interface HasOptions {
    Options options();
  }

  ApplicationSession open() {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), List.of("it cannot be read: " + e.getMessage()));
    }
    return new ApplicationSession(
        Application.read(file.toString(), content),
        kubeconfig(),
        Optional.ofNullable(context),
        cache(),
        new ReconcileListener() {});
  }

  boolean json() {
    return output == Output.json;
  }

  void print(ObjectNode document) {
    System.out.println(
        OutcomeJson.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
  }

  OutcomeText text() {
    return new OutcomeText(System.out, System.console() != null);
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

  private Path kubeconfig() {
    if (kubeconfig != null) {
      return kubeconfig;
    }
    String set = System.getenv("KUBECONFIG");
    return set != null && !set.isEmpty()
        ? Path.of(set)
        : Path.of(System.getProperty("user.home"), ".kube", "config");
  }

  private static Path cache() {
    String set = System.getenv("XDG_CACHE_HOME");
    Path base =
        set != null && !set.isEmpty()
            ? Path.of(set)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("gitops4j").resolve("git");
  }
}
