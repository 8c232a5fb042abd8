package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.Retryability;
import io.gitops4j.internal.process.Programs;
import io.gitops4j.k8s.ExecPlugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A credential that a program makes: kept until shortly before it ends or the server refuses it.
 * The program runs once at a time; who comes meanwhile, or soon after it failed, shares its result.
 * Thread-safe.
 */
final class ExecPlugin implements Credentials {
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(60);
  private static final int SHORTEST_SECRET = 8;
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final ExecCommand command;
  private final ExecPlugins allowed;
  private final Clock clock;
  private @Nullable Held held;
  private @Nullable CompletableFuture<Credential> running;
  private boolean lastWasRefused;
  private @Nullable Failed failed;

  ExecPlugin(ExecCommand command, ExecPlugins allowed, Clock clock) {
    this.command = command;
    this.allowed = allowed;
    this.clock = clock;
  }

  /**
   * What a run gave.
   *
   * @param since when it came, or was kept for another while
   * @param renewal from when on another one is asked for; empty for never
   * @param afterRefusal whether it replaced one that the server refused
   */
  private record Held(
      ExecAnswer answer, Instant since, Optional<Instant> renewal, boolean afterRefusal) {
    boolean isDue(Instant now) {
      return renewal.filter(r -> !now.isBefore(r)).isPresent();
    }

    boolean holds(Instant now) {
      return answer.expires().filter(e -> !now.isBefore(e)).isEmpty();
    }
  }

  /** Why a run gave nothing: who comes soon after would wait for the same, one after another. */
  private record Failed(CredentialException why, Instant since) {
    boolean holds(Instant now) {
      return !now.isBefore(since) && now.isBefore(since.plus(PAUSE));
    }
  }

  @Override
  public Credential current() throws CredentialException {
    CompletableFuture<Credential> run;
    boolean leads = false;
    synchronized (this) {
      if (held != null && !held.isDue(clock.instant())) {
        return held.answer().credential();
      }
      if (failed != null && failed.holds(clock.instant())) {
        throw failed.why();
      }
      if (running == null) {
        running = new CompletableFuture<>();
        leads = true;
      }
      run = running;
    }
    return leads ? lead(run) : follow(run);
  }

  @Override
  public synchronized boolean refused(Credential credential) {
    if (held == null || held.answer().credential() != credential) {
      return true; // another request renewed it already
    }
    // One that was made because its predecessor was refused, and is refused too, will not get
    // better by being made a third time at once.
    if (held.afterRefusal() && clock.instant().isBefore(held.since().plus(PAUSE))) {
      return false;
    }
    held = null;
    lastWasRefused = true;
    return true;
  }

  private Credential lead(CompletableFuture<Credential> run) throws CredentialException {
    try {
      Credential got = keep(ExecAnswer.read(command, print()));
      run.complete(got);
      return got;
    } catch (CredentialException e) {
      Optional<Credential> still = stillHeld();
      if (still.isPresent()) {
        run.complete(still.get());
        return still.get();
      }
      remember(e);
      run.completeExceptionally(e);
      throw e;
    } finally {
      synchronized (this) {
        running = null;
      }
      run.cancel(false); // for followers, should anything else have been thrown
    }
  }

  private Credential follow(CompletableFuture<Credential> run) throws CredentialException {
    try {
      // Whoever runs it ends it in time; this only has to be longer.
      return run.get(allowed.limit().toMillis() + PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CredentialException failed) {
        throw failed;
      }
      throw new IllegalStateException("a run ends with a credential or a reason", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted", "try again", Retryability.RETRY);
    } catch (TimeoutException e) {
      throw failed("did not end in time", "try again", Retryability.RETRY);
    }
  }

  private synchronized Credential keep(ExecAnswer answer) {
    Instant now = clock.instant();
    Optional<Instant> renewal = answer.expires().map(end -> renewal(now, end));
    held = new Held(answer, now, renewal, lastWasRefused);
    lastWasRefused = false;
    failed = null;
    return answer.credential();
  }

  /** Not of a run that was interrupted: that says nothing of the next one. */
  private synchronized void remember(CredentialException why) {
    if (!Thread.currentThread().isInterrupted()) {
      failed = new Failed(why, clock.instant());
    }
  }

  /** Shortly before its end; one that has ended already, by our clock, is used for a moment. */
  private static Instant renewal(Instant now, Instant end) {
    Duration fifth = Duration.between(now, end).dividedBy(5);
    Instant early = end.minus(fifth.compareTo(LONGEST_MARGIN) < 0 ? fifth : LONGEST_MARGIN);
    Instant soon = now.plus(Duration.ofSeconds(1));
    return early.isBefore(soon) ? soon : early;
  }

  /** A program that fails shortly before the end of what is held costs nothing yet. */
  private synchronized Optional<Credential> stillHeld() {
    Instant now = clock.instant();
    if (held == null || !held.holds(now)) {
      return Optional.empty();
    }
    held = new Held(held.answer(), held.since(), Optional.of(now.plus(PAUSE)), held.afterRefusal());
    return Optional.of(held.answer().credential());
  }

  private byte[] print() throws CredentialException {
    Path program = program();
    List<String> line = new ArrayList<>();
    line.add(program.toString());
    line.addAll(command.call().arguments());
    Map<String, String> environment = new HashMap<>();
    Set<String> passed = new HashSet<>(allowed.variables());
    passed.addAll(Set.of("PATH", "HOME"));
    for (String variable : passed) {
      String value = System.getenv(variable);
      if (value != null) {
        environment.put(variable, value);
      }
    }
    environment.putAll(command.call().environment());
    environment.put("KUBERNETES_EXEC_INFO", command.info());
    Path folder = program.getParent();
    return new ExecProcess(
            command.call().name(),
            line,
            folder == null ? program : folder,
            environment,
            allowed.limit(),
            secrets())
        .run();
  }

  /** What it may say after us: values that were given to it. */
  private List<String> secrets() {
    List<String> given = new ArrayList<>(command.call().environment().values());
    for (String argument : command.call().arguments()) {
      given.add(
          argument.startsWith("-") ? argument.substring(argument.indexOf('=') + 1) : argument);
    }
    return given.stream().filter(g -> g.length() >= SHORTEST_SECRET && !g.startsWith("-")).toList();
  }

  private Path program() throws CredentialException {
    String name = command.call().name();
    Optional<Path> found = allowed.program(name).or(() -> Programs.onPath(name));
    if (found.isEmpty() || !Files.isExecutable(found.get())) {
      throw failed(
          "is not there: " + found.map(Path::toString).orElse("PATH has no program of that name"),
          command.installHint().isEmpty() ? "install it" : command.installHint().strip(),
          Retryability.NEVER);
    }
    return found.get();
  }

  private CredentialException failed(String what, String next, Retryability retryability) {
    return new CredentialException(
        "the exec credential plugin " + command.call().name() + " " + what, next, retryability);
  }
}
