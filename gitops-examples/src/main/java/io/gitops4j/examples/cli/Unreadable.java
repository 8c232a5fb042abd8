package io.gitops4j.examples.cli;

import io.gitops4j.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Says why a file cannot be read: what Java says of it is often its name and nothing else. */
final class Unreadable {
  private Unreadable() {}

  static String why(IOException thrown) {
    if (thrown instanceof NoSuchFileException) {
      return "there is no such file";
    }
    return thrown instanceof AccessDeniedException
        ? "it may not be read"
        : "it cannot be read: " + thrown.getMessage();
  }

  static ConfigurationException exception(Path file, IOException thrown) {
    return new ConfigurationException(file.toString(), List.of(why(thrown)));
  }
}
