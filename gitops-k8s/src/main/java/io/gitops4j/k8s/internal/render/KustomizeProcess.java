package io.gitops4j.k8s.internal.render;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.process.Programs;
import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One run of the program: no shell, next to no environment, bounded in time and output, killed with
 * its children when the pass ends.
 */
final class KustomizeProcess {
  private static final int KEPT_OF_ERRORS = 4_000;
  private static final long LARGEST_ERRORS = 10L * 1024 * 1024;

  /** The last thing that klog says: an error in lines of its own, or in quotes. */
  private static final Pattern LOGGED =
      Pattern.compile(
          "(?s)(?<![^\n])[EF]\\d{4} [^\n]*?\\] \"[^\"\n]*\" err=(?:<\n(.*)\n >|\"(.*)\")\\s*\\z");

  /** Kustomize's words for a program such as KSOPS, which only an option of its own allows. */
  private static final String NO_PLUGINS = "external plugins disabled";

  /** Kustomize's words for two objects of one identity. */
  private static final String TWICE = "already registered id";

  /** Kustomize's words for a file beside the kustomization that names it. */
  private static final String OUT_OF_REACH = "security; file";

  /** Should a name of another host ever pass for one of a file: it is not reached. */
  private static final Map<String, String> OFFLINE =
      Map.of(
          "GIT_ALLOW_PROTOCOL", "none",
          "HTTP_PROXY", "http://127.0.0.1:9",
          "HTTPS_PROXY", "http://127.0.0.1:9");

  private final List<String> command;
  private final Path work;
  private final Duration timeout;
  private final long maxOutput;

  KustomizeProcess(List<String> command, Path work, Duration timeout, long maxOutput) {
    this.command = command;
    this.work = work;
    this.timeout = timeout;
    this.maxOutput = maxOutput;
  }

  byte[] run(Path tree, String directory, String subject, OperationContext context)
      throws IOException {
    Path output = work.resolve("output");
    Path errors = work.resolve("errors");
    List<String> all = new ArrayList<>(command);
    all.add(directory);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(tree.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    String path = System.getenv("PATH");
    builder.environment().clear();
    builder.environment().put("HOME", work.toString());
    builder.environment().put("TMPDIR", work.toString());
    if (path != null) {
      builder.environment().put("PATH", path);
    }
    OFFLINE.forEach(builder.environment()::put);
    context.checkActive(Stage.RENDER);
    Process process = builder.start();
    try {
      await(process, output, errors, subject, context);
    } finally {
      Programs.kill(process);
    }
    if (process.exitValue() != 0) {
      String said =
          error(errors)
              .replace(tree.toRealPath() + "/", "")
              .replace(tree + "/", "")
              .replace("../" + tree.getFileName() + "/", "");
      throw refuse(
          "RENDER-KUSTOMIZE",
          Retryability.RETRY_ON_CHANGE,
          subject,
          "Kustomize ended with " + process.exitValue() + ": " + said,
          next(said));
    }
    return Files.readAllBytes(output);
  }

  private void await(
      Process process, Path output, Path errors, String subject, OperationContext context)
      throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    try {
      while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
        context.checkActive(Stage.RENDER);
        if (System.nanoTime() > end) {
          throw refuse(
              "RENDER-TIMED-OUT",
              Retryability.RETRY,
              subject,
              "Kustomize did not end within " + timeout.toSeconds() + " s",
              "make the kustomization smaller, or raise the limit");
        }
        checkSize(output, errors, subject);
      }
      checkSize(output, errors, subject);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationCancelledException(Stage.RENDER, "interrupted while Kustomize ran");
    }
  }

  private void checkSize(Path output, Path errors, String subject) throws IOException {
    if (Files.size(output) > maxOutput || Files.size(errors) > LARGEST_ERRORS) {
      throw refuse(
          "RENDER-TOO-LARGE",
          Retryability.RETRY_ON_CHANGE,
          subject,
          "Kustomize wrote more than " + maxOutput + " bytes",
          "split the path into several targets, or raise the limit");
    }
  }

  private static String next(String said) {
    if (said.contains(OUT_OF_REACH)) {
      return "move the file below the kustomization that names it, or make its directory a base";
    }
    if (said.contains(TWICE)) {
      return "remove one of the two; of kustomizations that are no parts of one another, make a"
          + " target of each, or exclude one";
    }
    return said.contains(NO_PLUGINS)
        ? "commit what the plugin makes in its place; of secrets, let something in the cluster"
            + " decrypt or fetch them"
        : "correct the kustomization";
  }

  /**
   * Why it ended. What it warns of besides, such as old names of fields, is not why. kubectl logs
   * errors with a time and a process: each failure would look like another one.
   */
  private static String error(Path errors) throws IOException {
    String said =
        tail(errors)
            .lines()
            .filter(line -> !line.startsWith("# Warning: "))
            .collect(Collectors.joining("\n"));
    Matcher logged = LOGGED.matcher(said);
    if (!logged.find()) {
      return said.strip();
    }
    String error =
        logged.group(1) == null
            ? logged.group(2).replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"")
            : logged.group(1).replaceAll("(?m)^\t", "");
    return (said.substring(0, logged.start()) + error).strip();
  }

  private static String tail(Path errors) throws IOException {
    long size = Files.size(errors);
    try (InputStream in = Files.newInputStream(errors)) {
      in.skipNBytes(Math.max(0, size - KEPT_OF_ERRORS));
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static RenderException refuse(
      String code, Retryability retryability, String subject, String why, String next) {
    return new RenderException(code, retryability, subject, why, next, null);
  }
}
