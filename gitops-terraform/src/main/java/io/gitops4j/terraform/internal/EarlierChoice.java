package io.gitops4j.terraform.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The backend and the workspace that an earlier init chose. The next one must not look at them: the
 * backend may be another now, and the workspace be gone. {@code -reconfigure} says that for the
 * backend alone, and is refused where the configuration has a cloud block. A local backend is known
 * to the next one as long as it says the same: without that, its states beside the module would be
 * taken for ones to be moved.
 */
final class EarlierChoice {
  private final Path backend;
  private final Map<Path, byte[]> files = new TreeMap<>();

  private EarlierChoice(Path backend) {
    this.backend = backend;
  }

  /** Takes them away from the program. */
  static EarlierChoice forget(Path data) throws IOException {
    EarlierChoice earlier = new EarlierChoice(data.resolve("terraform.tfstate"));
    earlier.take(data.resolve("environment"));
    if (!earlier.local()) {
      earlier.take(earlier.backend);
    }
    return earlier;
  }

  /** The local backend too, which says something else now; false when there is none. */
  boolean forgetLocal() throws IOException {
    boolean local = local();
    take(backend);
    return local;
  }

  private boolean local() throws IOException {
    if (!Files.exists(backend)) {
      return false;
    }
    try {
      JsonNode chosen = Diagnostics.JSON.readTree(Files.readAllBytes(backend));
      return chosen.path("backend").path("type").asString("").equals("local");
    } catch (JacksonException e) {
      return false; // an init that was killed left half of it, and goes on without
    }
  }

  private void take(Path file) throws IOException {
    if (Files.exists(file)) {
      files.put(file, Files.readAllBytes(file));
      Files.delete(file);
    }
  }

  /** After an init that failed: who asks for outputs still means what was there before. */
  void restore() throws IOException {
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      if (!Files.exists(file.getKey())) {
        WorkingFolder.writePrivate(file.getKey(), file.getValue());
      }
    }
  }
}
