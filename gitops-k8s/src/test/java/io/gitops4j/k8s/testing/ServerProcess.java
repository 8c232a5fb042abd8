package io.gitops4j.k8s.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that is started, frozen, killed and started again, with one log. */
final class ServerProcess implements AutoCloseable {
  private final Path log;
  private @Nullable Process process;

  ServerProcess(Path log) {
    this.log = log;
  }

  Path log() {
    return log;
  }

  void start(List<String> command) {
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(new File(command.get(0)).getName() + " did not start", e);
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Stops its clock, or lets it run on; its connections stay open meanwhile. */
  void freeze(boolean hold) {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    try {
      String signal = hold ? "-STOP" : "-CONT";
      new ProcessBuilder("kill", signal, Long.toString(running.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it as a crash of its machine does. */
  void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    try {
      running.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process = null;
  }

  /** Ends it in order, by force when it does not. */
  @Override
  public void close() {
    Process running = process;
    if (running == null) {
      return;
    }
    freeze(false);
    running.destroy();
    try {
      if (running.waitFor(5, TimeUnit.SECONDS)) {
        process = null;
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }
}
