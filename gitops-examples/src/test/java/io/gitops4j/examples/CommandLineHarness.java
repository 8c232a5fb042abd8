package io.gitops4j.examples;

import io.gitops4j.k8s.testing.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Commands for the application in {@code app.yaml}, and a namespace that it goes to. */
abstract class CommandLineHarness {
  final TestCluster cluster = TestCluster.shared();
  final String namespace;
  @TempDir Path folder;

  CommandLineHarness(String prefix) {
    namespace = cluster.createNamespace(prefix);
  }

  final Ran run(String command, String... more) {
    return form(command, "json", more);
  }

  /** Lets a command print in another form. */
  final Ran form(String command, String output, String... more) {
    return on(cluster.kubeconfigFile(), command, output, more);
  }

  /** Lets a command go to a cluster as another kubeconfig has it. */
  final Ran on(Path kubeconfig, String command, String output, String... more) {
    List<String> all = new ArrayList<>(List.of(command, "-f", path("app.yaml")));
    all.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    // Mirrors stay with the test.
    all.addAll(List.of("--cache", path("cache")));
    all.addAll(List.of("--output", output));
    all.addAll(List.of(more));
    return Ran.of(all.toArray(String[]::new));
  }

  final String path(String name) {
    return folder.resolve(name).toString();
  }

  final void write(String path, String content) throws Exception {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
