package io.gitops4j.examples;

import io.gitops4j.examples.cli.GitOps4J;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a command printed, and the code that it ended with. */
record Ran(int code, String output, String errors) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Runs a command. What others of this process print meanwhile is taken for its own. */
  static Ran of(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      int code = GitOps4J.run(arguments);
      return new Ran(
          code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  JsonNode json() {
    return JSON.readTree(output);
  }

  /** Of a command that prints one object a line. */
  List<JsonNode> lines() {
    return output.lines().map(JSON::readTree).toList();
  }
}
