package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.Retryability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A credential in a file that somebody renews. One that is nothing but a token is read for every
 * request, a kubeconfig when the server refuses what it held. Thread-safe.
 */
final class FileCredentials implements Credentials {
  private final Path file;
  private final Function<String, Credential> reader;
  private final boolean always;
  private Optional<Credential> held;

  private FileCredentials(
      Path file, Function<String, Credential> reader, boolean always, Optional<Credential> held) {
    this.file = file;
    this.reader = reader;
    this.always = always;
    this.held = held;
  }

  static Credentials token(Path file) {
    return new FileCredentials(file, content -> token(file, content), true, Optional.empty());
  }

  private static Credential token(Path file, String content) {
    String token = content.strip();
    if (!Credential.sendable(token)) {
      throw new ConfigurationException(
          file.toString(), List.of("it holds nothing that can be sent as a token"));
    }
    return Credential.bearer(token);
  }

  /**
   * What a kubeconfig holds itself.
   *
   * @param reader of the content; a {@link ConfigurationException} leaves the old one in place
   */
  static Credentials kubeconfig(Path file, Credential held, Function<String, Credential> reader) {
    return new FileCredentials(file, reader, false, Optional.of(held));
  }

  @Override
  public synchronized Credential current() throws CredentialException {
    if (always) {
      read();
    }
    return held.orElseThrow(
        () ->
            new CredentialException(
                "the token file " + file + " cannot be read, or holds nothing that can be sent",
                "check that it is there and readable, and holds one token and nothing else",
                Retryability.RETRY));
  }

  @Override
  public synchronized boolean refused(Credential credential) {
    read();
    return !held.equals(Optional.of(credential));
  }

  /** A file that is being replaced, or is wrong for now, does not end what still works. */
  private void read() {
    try {
      held = Optional.of(reader.apply(Files.readString(file)));
    } catch (IOException | ConfigurationException e) {
      // Whoever needs one that is not there is told so by current().
      return;
    }
  }
}
