package io.gitops4j.terraform.internal;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.internal.file.PrivateFiles;
import io.gitops4j.internal.process.Programs;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.TerraformConfig;
import java.io.ByteArrayOutputStream;
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
import java.util.function.Consumer;

/**
 * The program: no shell, next to no environment, bounded in time, asked to stop and then killed
 * with its children when the pass ends. Thread-safe.
 */
public final class Tool {
  /** How long a run that was asked to stop may take to save its state. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static final int KEPT_OF_ERRORS = 8_000;

  private final TerraformConfig config;
  private final Path binary;

  /** Finds the program. */
  public Tool(TerraformConfig config) {
    this.config = config;
    this.binary =
        config
            .binary()
            .or(() -> Programs.onPath("terraform"))
            .or(() -> Programs.onPath("tofu"))
            .filter(Files::isExecutable)
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "Terraform destination",
                        List.of(
                            config
                                .binary()
                                .map(b -> b + " is no program that can be run")
                                .orElse(
                                    "PATH holds neither terraform nor tofu: install one, or say"
                                        + " where it is with binary"))));
  }

  /** What came of a run: how it ended, what it wrote, what it said besides. */
  record Result(int exit, byte[] output, String errors) {
    boolean ok() {
      return exit == 0;
    }
  }

  /** What a run did with the lock of the state, if it took it. */
  enum Lock {
    /** It did what it was to do, and gave it back. */
    RELEASED,
    /** It failed, and holds none: what it met may have been somebody else's. */
    MISSED,
    /** It was killed, it crashed, or the backend did not take it back. */
    LEFT
  }

  Path binary() {
    return binary;
  }

  /**
   * Runs and takes what it writes. What it writes never touches a disk.
   *
   * @param environment what the program sees besides {@code PATH}
   */
  Result run(
      WorkingFolder folder,
      Map<String, Sensitive<String>> environment,
      List<String> arguments,
      Stage stage,
      OperationContext context) {
    try {
      ProcessBuilder builder = builder(folder, environment, arguments);
      context.checkActive(stage);
      Process process = builder.start();
      process.getOutputStream().close();
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      try (InputStream in = process.getInputStream()) {
        follow(process, in, bytes -> output.writeBytes(bytes), stage, context);
      }
      return new Result(process.exitValue(), output.toByteArray(), errors(folder));
    } catch (IOException e) {
      throw broken(stage, e);
    }
  }

  /**
   * Runs and tells every line as it comes. It writes to a file: should this process die, the
   * program lives on and ends its work.
   *
   * @param ended is told of every run that started, however this call ends
   */
  Result stream(
      WorkingFolder folder,
      Map<String, Sensitive<String>> environment,
      List<String> arguments,
      Consumer<Process> started,
      Consumer<Lock> ended,
      Consumer<String> lines,
      Stage stage,
      OperationContext context) {
    try {
      Path output = output(folder);
      Files.deleteIfExists(output);
      PrivateFiles.create(output);
      ProcessBuilder builder = builder(folder, environment, arguments);
      builder.redirectOutput(output.toFile());
      context.checkActive(stage);
      Process process = builder.start();
      try {
        started.accept(process);
        process.getOutputStream().close();
        LineSplitter splitter = new LineSplitter(lines);
        try (InputStream in = Files.newInputStream(output)) {
          follow(process, in, splitter, stage, context);
        }
        splitter.end();
        return new Result(process.exitValue(), new byte[0], errors(folder));
      } finally {
        ended.accept(lock(process, output));
      }
    } catch (IOException e) {
      throw broken(stage, e);
    }
  }

  /** Where a run writes what it has to say. */
  static Path output(WorkingFolder folder) {
    return folder.run().resolve("output.jsonl");
  }

  /** It ends with 0 or 1 by itself; a crash is 2 or 11, a signal more than 128. */
  private static Lock lock(Process process, Path output) throws IOException {
    boolean byItself = !process.isAlive() && process.exitValue() <= 1;
    if (!byItself
        || Files.readString(output, StandardCharsets.ISO_8859_1).contains(Diagnostics.LOCK_KEPT)) {
      return Lock.LEFT;
    }
    return process.exitValue() == 0 ? Lock.RELEASED : Lock.MISSED;
  }

  private ProcessBuilder builder(
      WorkingFolder folder, Map<String, Sensitive<String>> given, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(binary.toString());
    command.addAll(arguments);
    Path errors = folder.run().resolve("errors");
    Files.deleteIfExists(errors);
    PrivateFiles.create(errors);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.module().toFile())
            .redirectError(errors.toFile());
    String path = System.getenv("PATH");
    Map<String, String> environment = builder.environment();
    environment.clear();
    if (path != null) {
      environment.put("PATH", path);
    }
    environment.put("HOME", folder.run().toString());
    environment.put("TMPDIR", folder.temporary().toString());
    environment.put("TF_IN_AUTOMATION", "1");
    environment.put("TF_INPUT", "0");
    environment.put("CHECKPOINT_DISABLE", "1");
    environment.put("TF_CLI_CONFIG_FILE", folder.cliConfig().toString());
    environment.put("TF_DATA_DIR", folder.data().toString());
    environment.putAll(config.plainEnvironment().get());
    given.forEach((name, value) -> environment.put(name, value.reveal()));
    Programs.lost(command, environment)
        .ifPresent(
            what -> {
              throw new ConfigurationException(
                  "Terraform destination",
                  List.of(binary + " cannot be given " + what + ": " + Programs.UTF8));
            });
    return builder;
  }

  private void follow(
      Process process,
      InputStream in,
      Consumer<byte[]> output,
      Stage stage,
      OperationContext context)
      throws IOException {
    long end = System.nanoTime() + config.timeout().toNanos();
    try {
      boolean ended = false;
      int pause = 1;
      while (true) {
        int waiting = in.available();
        if (waiting > 0) {
          output.accept(in.readNBytes(waiting));
          pause = 1; // a program with much to say must not wait for its reader
        } else if (ended) {
          return;
        } else {
          ended = process.waitFor(pause, TimeUnit.MILLISECONDS);
          pause = Math.min(2 * pause, 20);
          context.checkActive(stage);
          if (System.nanoTime() > end) {
            throw new DiffException(
                "TERRAFORM-TIMED-OUT",
                Retryability.RETRY,
                binary.getFileName().toString(),
                "it did not end within " + config.timeout(),
                "look at what it waits for, or raise the timeout",
                null);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationCancelledException(stage, "interrupted while the program ran");
    } finally {
      stop(process);
    }
  }

  /** Asks first: a program that saves its state must not be cut off. */
  private static void stop(Process process) {
    if (!process.isAlive()) {
      return;
    }
    process.destroy();
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      Programs.kill(process);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String errors(WorkingFolder folder) throws IOException {
    byte[] all = Files.readAllBytes(folder.run().resolve("errors"));
    int from = Math.max(0, all.length - KEPT_OF_ERRORS);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
  }

  private DiffException broken(Stage stage, IOException e) {
    return new DiffException(
        "TERRAFORM-IO",
        Retryability.RETRY,
        binary.toString(),
        "it could not be run in stage " + stage + ": " + e.getMessage(),
        "look at the program and at the disk of the working folder",
        e);
  }

  /** Cuts bytes into lines. */
  private static final class LineSplitter implements Consumer<byte[]> {
    private final Consumer<String> lines;
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    LineSplitter(Consumer<String> lines) {
      this.lines = lines;
    }

    @Override
    public void accept(byte[] bytes) {
      for (byte b : bytes) {
        if (b == '\n') {
          end();
        } else {
          rest.write(b);
        }
      }
    }

    void end() {
      if (rest.size() > 0) {
        lines.accept(rest.toString(StandardCharsets.UTF_8));
        rest.reset();
      }
    }
  }
}
