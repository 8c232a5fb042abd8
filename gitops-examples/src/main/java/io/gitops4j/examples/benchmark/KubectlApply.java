package io.gitops4j.examples.benchmark;

import io.gitops4j.k8s.ManifestSet;
import io.gitops4j.k8s.testing.TestFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The peer: what everybody has. */
final class KubectlApply {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private KubectlApply() {}

  /** All objects as one file. */
  static void write(ManifestSet objects, Path file) throws IOException {
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    ArrayNode items = list.putArray("items");
    objects.manifests().forEach(m -> items.add(m.object()));
    Files.write(file, JSON.writeValueAsBytes(list));
  }

  /** Applies a file, as quickly as it can. */
  static void run(Path kubeconfig, Path file) throws IOException, InterruptedException {
    Path log = file.resolveSibling("kubectl.log");
    Process process =
        new ProcessBuilder(
                "kubectl",
                "--kubeconfig",
                kubeconfig.toString(),
                "apply",
                "--server-side",
                "--validate=false",
                "-f",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(TestFolders.tail(log, 1000));
    }
  }
}
