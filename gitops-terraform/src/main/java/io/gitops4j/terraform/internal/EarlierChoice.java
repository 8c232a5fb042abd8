package io.gitops4j.terraform.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The backend and the workspace that an earlier init chose. The next one must not look at them: the
 * backend may be another now, and the workspace be gone. {@code -reconfigure} says that for the
 * backend alone, and is refused where the configuration has a cloud block.
 */
final class EarlierChoice {
  private final Map<Path, byte[]> files;

  private EarlierChoice(Map<Path, byte[]> files) {
    this.files = files;
  }

  /** Takes them away from the program. */
  static EarlierChoice forget(Path data) throws IOException {
    Map<Path, byte[]> files = new TreeMap<>();
    for (String name : List.of("environment", "terraform.tfstate")) {
      Path file = data.resolve(name);
      if (Files.exists(file)) {
        files.put(file, Files.readAllBytes(file));
        Files.delete(file);
      }
    }
    return new EarlierChoice(files);
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
