package io.gitops4j.terraform.internal;

import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.StateLockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which program of ours works in a folder, written down before it does: whoever comes after a kill
 * can tell a run that lives on from a lock that nobody holds any more.
 */
final class RunningNote {
  private static final String NAME = "running.json";
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Clocks are read at different moments. */
  private static final Duration BLUR = Duration.ofSeconds(5);

  /** A run may take its lock that long after it said something, besides its wait for the lock. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final WorkingFolder folder;

  /** Runs that may have left a lock: of the pass before, and of this one. */
  private final List<Run> open = new ArrayList<>();

  private record Run(JsonNode note, Instant lastSaid) {}

  RunningNote(WorkingFolder folder) throws IOException {
    this.folder = folder;
    read().ifPresent(open::add);
  }

  void write(Process process) {
    ObjectNode note = Diagnostics.JSON.createObjectNode();
    note.put("pid", process.pid());
    note.put("host", host());
    note.put("started", process.toHandle().info().startInstant().map(Instant::toString).orElse(""));
    note.put("at", Instant.now().toString());
    try {
      folder.writeNote(NAME, note.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The run that was written down last is over. */
  void ended(Tool.Lock lock) {
    try {
      switch (lock) {
        case RELEASED -> folder.removeNote(NAME);
        case LEFT -> read().ifPresent(open::add);
        case MISSED -> {
          // A backend that is away says nothing of the lock that an earlier run left there.
          if (open.isEmpty()) {
            folder.removeNote(NAME);
          } else {
            restore();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes again who left a lock, until it is opened: a run that only met it took the place. */
  void restore() throws IOException {
    folder.writeNote(NAME, open.get(open.size() - 1).note().toString());
  }

  /** Waits for a run that outlived its pass; it ends its work and stores its state. */
  void await(String subject, Duration limit, Stage stage, OperationContext context) {
    long end = System.nanoTime() + limit.toNanos();
    while (!open.isEmpty() && alive(open.get(0).note())) {
      if (System.nanoTime() > end) {
        JsonNode previous = open.get(0).note();
        throw new StateLockedException(
            stage,
            subject,
            "(of the program's own)",
            "process "
                + previous.path("pid").asLong(0)
                + " of this machine, which outlived its"
                + " pass",
            Optional.of(at(previous)));
      }
      context.pause(LOOK, stage);
    }
  }

  /**
   * Whether the lock was taken on this machine by a run of ours that is dead.
   *
   * @param wait how long a run waits for the lock
   */
  boolean left(StateLockedException lock, Duration wait) {
    String host = host();
    return !host.isEmpty()
        && host.equals(machine(lock.holder()))
        && lock.since().isPresent()
        && open.stream().anyMatch(run -> !alive(run.note()) && took(run, lock.since().get(), wait));
  }

  /** Others of this machine may have taken it, long after the run had said its last. */
  private static boolean took(Run run, Instant since, Duration wait) {
    return run.note().path("host").asString("").equals(host())
        && !since.isBefore(at(run.note()).minus(BLUR))
        && !since.isAfter(run.lastSaid().plus(wait).plus(SILENCE));
  }

  /** Of {@code user@machine for operation}. */
  private static String machine(String holder) {
    return holder.substring(holder.lastIndexOf('@') + 1).split(" ", 2)[0];
  }

  private static Instant at(JsonNode note) {
    return Instant.parse(note.path("at").asString(""));
  }

  private Optional<Run> read() throws IOException {
    Optional<String> note = folder.note(NAME);
    Path output = Tool.output(folder);
    if (note.isEmpty() || !Files.exists(output)) {
      return Optional.empty();
    }
    return Optional.of(
        new Run(
            Diagnostics.JSON.readTree(note.get()), Files.getLastModifiedTime(output).toInstant()));
  }

  /** The same process, not another that got its number. */
  private static boolean alive(JsonNode note) {
    return note.path("host").asString("").equals(host())
        && ProcessHandle.of(note.path("pid").asLong(0))
            .filter(ProcessHandle::isAlive)
            .filter(
                p ->
                    p.info()
                        .startInstant()
                        .map(Instant::toString)
                        .orElse("")
                        .equals(note.path("started").asString("")))
            .isPresent();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }
}
