package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.model.Sensitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;

/** The key that encrypts stored plans, in a file that only its owner reads. */
final class PlanKey {
  private static final int BYTES = 32;

  private PlanKey() {}

  static Sensitive<byte[]> read(Path file) {
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Files.write(file, key);
      }
      return Sensitive.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), List.of("the plan key cannot be read or made: " + e.getMessage()));
    }
  }
}
