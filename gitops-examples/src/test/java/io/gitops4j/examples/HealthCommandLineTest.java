package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.KubernetesHealth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthCommandLineTest {
  private static final String READY =
      """
      apiVersion: example.com/v1
      kind: Widget
      metadata: {name: fine, namespace: shop}
      status: {conditions: [{type: Ready, status: "True"}]}
      """;
  private static final String FAILED =
      """
      apiVersion: example.com/v1
      kind: Widget
      metadata: {generateName: run-}
      status: {conditions: [{type: Failed, status: "True", reason: NoDisk, message: disk is full}]}
      """;

  @TempDir Path folder;

  @Test
  @DisplayName("a folder is told object by object, one JSON line each, without a cluster")
  void tellsEveryObjectOfAFolder() throws Exception {
    Files.createDirectories(folder.resolve("b/c"));
    Files.writeString(folder.resolve("b/c/two.yml"), READY + "---\n" + FAILED);
    Files.writeString(folder.resolve("a.yaml"), READY.replace("fine", "first"));
    Files.writeString(
        folder.resolve("list.json"),
        """
        {"apiVersion": "v1", "kind": "List", "items": [
          {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}]}
        """);
    Files.writeString(folder.resolve("notes.txt"), "nothing for it");

    Ran ran = run("-f", folder.toString(), "--output", "json");

    assertThat(ran.code()).isZero();
    assertThat(ran.errors()).isEmpty();
    assertThat(ran.lines())
        .extracting(
            l -> l.path("id").asString() + " " + l.path("status").asString(),
            l -> folder.relativize(Path.of(l.path("file").asString())).toString())
        .containsExactly(
            tuple("example.com/Widget shop/first Healthy", "a.yaml"),
            tuple("example.com/Widget shop/fine Healthy", "b/c/two.yml"),
            tuple("example.com/Widget run-* Degraded", "b/c/two.yml"),
            tuple("ConfigMap x Healthy", "list.json"));
    assertThat(ran.lines().get(2).propertyNames())
        .containsExactly("file", "id", "status", "message");
    assertThat(ran.lines().get(2).path("message").asString()).isEqualTo("NoDisk: disk is full");
  }

  @Test
  @DisplayName("a file that cannot be read is named, and hides no other")
  void goesOnAfterABadFile() throws Exception {
    Files.writeString(folder.resolve("1.yaml"), "a: [");
    Files.writeString(folder.resolve("2.yaml"), "replicas: 3");
    Files.writeString(folder.resolve("3.yaml"), READY);

    Ran ran = run("-f", folder.toString(), "--output", "json");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.lines()).hasSize(1);
    assertThat(ran.errors()).contains("RENDER-YAML", "1.yaml", "RENDER-MANIFEST", "2.yaml");
    Ran none = run("-f", folder.resolve("none").toString());
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.errors()).contains("none: there is no such file");
  }

  @Test
  @DisplayName("a pipe is read as a file is, and a link to a folder as the folder")
  void readsPipesAndLinks() throws Exception {
    Path pipe = folder.resolve("pipe");
    shell("mkfifo pipe");
    Thread kubectl = new Thread(() -> write(pipe, FAILED), "kubectl");
    kubectl.setDaemon(true);
    kubectl.start();
    Ran piped = run("-f", pipe.toString(), "--output", "json");
    assertThat(piped.lines())
        .extracting(l -> l.path("status").asString())
        .containsExactly("Degraded");

    Files.createDirectories(folder.resolve("releases/2"));
    Files.writeString(folder.resolve("releases/2/one.yaml"), READY);
    Path link = Files.createSymbolicLink(folder.resolve("current"), folder.resolve("releases/2"));
    assertThat(run("-f", link.toString(), "--output", "json").lines())
        .extracting(l -> l.path("file").asString())
        .containsExactly(link.resolve("one.yaml").toString());
  }

  @Test
  @DisplayName("a folder in which there is nothing to judge is an error")
  void refusesNothing() throws Exception {
    Files.writeString(folder.resolve("notes.txt"), "nothing for it");

    Ran ran = run("-f", folder.toString());

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.errors()).contains(folder + ": ", "no file");
  }

  @Test
  @DisplayName("a folder that cannot be looked into is named, and hides no file")
  void goesOnAfterABadFolder() throws Exception {
    Files.writeString(folder.resolve("one.yaml"), READY);
    // Too deep to be opened by its path, for everybody.
    shell("mkdir -p deep/" + ("x".repeat(200) + "/").repeat(21));
    try {
      Ran ran = run("-f", folder.toString(), "--output", "json");

      assertThat(ran.code()).isEqualTo(1);
      assertThat(ran.lines()).hasSize(1);
      assertThat(ran.errors()).contains("deep/xxx", "it cannot be read");
    } finally {
      shell("rm -rf deep");
    }
  }

  private void shell(String command) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", command).directory(folder.toFile()).inheritIO().start();
    assertThat(shell.waitFor()).isZero();
  }

  private static void write(Path path, String content) {
    try {
      Files.writeString(path, content, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("people read status, identity and message in one line")
  void tellsPeople() throws Exception {
    Path file = Files.writeString(folder.resolve("one.yaml"), FAILED);

    assertThat(run("-f", file.toString()).output().strip())
        .isEqualTo("Degraded     example.com/Widget run-*  NoDisk: disk is full");
  }

  @Test
  @DisplayName("a script without the library for it is an error that names the library")
  void namesTheMissingLibrary() {
    // The examples do not bring LuaJ along.
    assertThatThrownBy(
            () ->
                KubernetesHealth.with(
                    List.of(
                        new HealthCheck.Script(
                            "example.com", "Widget", "return {status = 'Healthy'}"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("example.com/Widget")
        .hasMessageContaining("org.luaj:luaj-jse");
  }

  private static Ran run(String... arguments) {
    return Ran.of(Stream.concat(Stream.of("health"), Stream.of(arguments)).toArray(String[]::new));
  }
}
