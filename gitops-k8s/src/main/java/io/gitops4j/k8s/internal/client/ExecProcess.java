package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.Redactor;
import io.gitops4j.error.Retryability;
import io.gitops4j.internal.process.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One run of a program that prints a credential. What it prints stays in memory; it runs on the
 * caller's thread, so its output is looked at and never waited for.
 */
final class ExecProcess {
  private static final int LONGEST_OUTPUT = 1024 * 1024;
  private static final int KEPT_OF_ERRORS = 4_000;
  private static final int SHOWN_OF_ERRORS = 400;

  /** Long words with digits: what tokens and keys look like. */
  private static final Pattern TOKEN_LIKE = Pattern.compile("(?=[^\\s]*[0-9])[\\w.+=~-]{20,}");

  private final String name;
  private final List<String> command;
  private final Path folder;
  private final Map<String, String> environment;
  private final Duration limit;
  private final Collection<String> secrets;

  /**
   * Starts nothing yet.
   *
   * @param secrets texts that no message may hold
   */
  ExecProcess(
      String name,
      List<String> command,
      Path folder,
      Map<String, String> environment,
      Duration limit,
      Collection<String> secrets) {
    this.name = name;
    this.command = command;
    this.folder = folder;
    this.environment = environment;
    this.limit = limit;
    this.secrets = secrets;
  }

  /** What it printed. */
  byte[] run() throws CredentialException {
    Optional<String> lost = Programs.lost(command, environment);
    if (lost.isPresent()) {
      throw failed("cannot be given " + lost.get(), Programs.UTF8, Retryability.NEVER);
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw failed("could not be started", "check that its file is a program", Retryability.NEVER);
    }
    try {
      return output(process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted", "try again", Retryability.RETRY);
    } finally {
      Programs.kill(process);
    }
  }

  private byte[] output(Process process) throws CredentialException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    close(process);
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      take(process, output, errors);
      if (System.nanoTime() > end) {
        throw failed(
            "did not end within " + limit.toMillis() + " ms and was killed" + said(errors),
            "run it by hand to see what it waits for, or raise the limit of ExecPlugins",
            Retryability.RETRY);
      }
    }
    take(process, output, errors);
    if (process.exitValue() != 0) {
      throw failed(
          "ended with " + process.exitValue() + said(errors),
          "run it by hand as the user of this process",
          Retryability.RETRY);
    }
    return output.toByteArray();
  }

  /** Nobody answers it. */
  private static void close(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It may have ended already.
      return;
    }
  }

  private void take(Process process, ByteArrayOutputStream output, ByteArrayOutputStream errors)
      throws CredentialException, InterruptedException {
    take(process, process.getInputStream(), output, LONGEST_OUTPUT + 1);
    take(process, process.getErrorStream(), errors, KEPT_OF_ERRORS);
    if (output.size() > LONGEST_OUTPUT) {
      throw failed(
          "printed more than " + LONGEST_OUTPUT + " bytes",
          "let it print one ExecCredential, and nothing else",
          Retryability.NEVER);
    }
  }

  /**
   * Takes what is there; what exceeds the limit is read, so that it is not held up, and dropped.
   */
  private static void take(Process process, InputStream from, ByteArrayOutputStream to, int longest)
      throws InterruptedException {
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        byte[] part;
        while (from.available() > 0) {
          part = from.readNBytes(from.available());
          to.write(part, 0, Math.min(part.length, Math.max(0, longest - to.size())));
        }
        return;
      } catch (IOException e) {
        // The JVM replaces the pipe by what was left in it, right after the process ended.
        process.waitFor();
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  private String said(ByteArrayOutputStream errors) {
    String text = errors.toString(StandardCharsets.UTF_8).strip();
    for (String secret : secrets) {
      text = text.replace(secret, "***");
    }
    text = TOKEN_LIKE.matcher(Redactor.redact(text)).replaceAll("***");
    String end = text.substring(Math.max(0, text.length() - SHOWN_OF_ERRORS));
    return end.isEmpty() ? "" : ": " + end;
  }

  private CredentialException failed(String what, String next, Retryability retryability) {
    return new CredentialException(
        "the exec credential plugin " + name + " " + what, next, retryability);
  }
}
