package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.examples.cli.GitOps4J;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodingCommandLineTest {
  @TempDir Path folder;

  @Test
  @DisplayName("what is printed is UTF-8, also where the locale knows no such characters")
  void printsUtf8() throws Exception {
    Path object =
        Files.writeString(
            folder.resolve("object.yaml"),
            """
            apiVersion: example.com/v1
            kind: Widget
            metadata: {name: a}
            status: {conditions: [{type: Failed, status: "True", message: Größe → Jörg}]}
            """);
    assertThat(run("health", "-f", object.toString())).contains("Größe → Jörg");

    Path application =
        Files.writeString(
            folder.resolve("app.yaml"),
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: a}
            spec: {project: default, größe: 1}
            """);
    assertThat(run("diff", "-f", application.toString())).contains("spec.größe");
    assertThat(run("diff", "-f", application.toString(), "--output", "json"))
        .contains("spec.größe");
  }

  /** Both streams of a process of its own: the locale is that of a process. */
  private String run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(GitOps4J.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return printed;
  }
}
