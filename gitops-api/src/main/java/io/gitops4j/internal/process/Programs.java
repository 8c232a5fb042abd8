package io.gitops4j.internal.process;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Finds programs, and ends them with everything that they started. */
public final class Programs {
  /** What to do where something is {@link #lost}. */
  public static final String UTF8 = "start this process in a UTF-8 locale such as LC_ALL=C.UTF-8";

  /** In which Java gives texts to programs: its default, and since 18 always the locale's. */
  private static final Charset PLATFORM =
      Runtime.version().feature() < 18
          ? Charset.defaultCharset()
          : Charset.forName(
              System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

  private Programs() {}

  /**
   * The first executable of that name on {@code PATH}. Relative entries are passed over: whoever
   * fills the folder that a program starts in would choose the program.
   */
  public static Optional<Path> onPath(String program) {
    String path = System.getenv("PATH");
    if (path == null) {
      return Optional.empty();
    }
    return Stream.of(path.split(File.pathSeparator))
        .filter(d -> !d.isEmpty())
        .map(d -> Path.of(d, program))
        .filter(Path::isAbsolute)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * What a program would get with question marks in it, as Java says what the locale of this
   * process has no characters for: for people, without its value. Empty where it gets everything.
   */
  public static Optional<String> lost(List<String> command, Map<String, String> environment) {
    Optional<String> variable =
        environment.entrySet().stream()
            .filter(e -> !arrives(e.getKey()) || !arrives(e.getValue()))
            .map(e -> "the variable " + e.getKey())
            .findFirst();
    return variable
        .or(() -> command.stream().filter(a -> !arrives(a)).map(a -> "an argument").findFirst())
        .map(what -> what + ", which has characters that its locale does not have");
  }

  /** Windows has Unicode for all of it. */
  private static boolean arrives(String text) {
    return File.separatorChar == '\\' || PLATFORM.newEncoder().canEncode(text);
  }

  /** Waits until they are gone: who still writes would fill the folder that is removed next. */
  public static void kill(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture<?>[] ends =
        all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(ends).completeOnTimeout(null, 5, TimeUnit.SECONDS).join();
  }
}
