package io.gitops4j.k8s.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A program that a test writes. */
public final class TestScript {
  private TestScript() {}

  /** Writes it, over an older one too. */
  public static Path write(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Prints an ExecCredential with that status. */
  public static String print(String apiVersion, String status) {
    return "echo '"
        + "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/"
        + apiVersion
        + "\",\"status\":{"
        + status
        + "}}'";
  }
}
