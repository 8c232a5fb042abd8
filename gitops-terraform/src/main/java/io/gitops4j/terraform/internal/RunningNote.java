package io.gitops4j.terraform.internal;

import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.terraform.StateLockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
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

  private final WorkingFolder folder;

  /** What the pass before left: a note of this pass says nothing about a lock that it finds. */
  private final Optional<JsonNode> previous;

  RunningNote(WorkingFolder folder) throws IOException {
    this.folder = folder;
    this.previous = folder.note(NAME).map(Diagnostics.JSON::readTree);
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

  void clear() throws IOException {
    folder.removeNote(NAME);
  }

  /** Waits for a run that outlived its pass; it ends its work and stores its state. */
  void await(String subject, Duration limit, Stage stage, OperationContext context) {
    long end = System.nanoTime() + limit.toNanos();
    while (previous.isPresent() && alive(previous.get())) {
      if (System.nanoTime() > end) {
        throw new StateLockedException(
            stage,
            subject,
            "(of the program's own)",
            "process "
                + previous.get().path("pid").asLong(0)
                + " of this machine, which outlived its"
                + " pass",
            Optional.of(Instant.parse(previous.get().path("at").asString(""))));
      }
      context.pause(LOOK, stage);
    }
  }

  /** Whether the lock was taken on this machine by a run of ours that is dead. */
  boolean left(StateLockedException lock) {
    return previous.isPresent()
        && !alive(previous.get())
        && previous.get().path("host").asString("").equals(host())
        && lock.holder().contains("@" + host())
        && lock.since().isPresent()
        && !lock.since()
            .get()
            .isBefore(Instant.parse(previous.get().path("at").asString("")).minusSeconds(5));
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
