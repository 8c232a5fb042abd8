package io.gitops4j.git.internal;

import io.gitops4j.git.GitCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** SSH with one key and known hosts only; nothing of the user's own SSH is read. */
final class SshSessions implements AutoCloseable {
  private final Path folder;
  private final SshdSessionFactory factory;

  SshSessions(GitCredentials.SshKey key, Path cache) {
    try {
      Files.createDirectories(cache);
      FileAttribute<Set<PosixFilePermission>> ours =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      folder = Files.createTempDirectory(cache, "ssh", ours);
      Path identity = Files.writeString(folder.resolve("id"), key.privateKey().reveal());
      Path hosts = Files.writeString(folder.resolve("known_hosts"), key.knownHosts());
      Files.writeString(folder.resolve("config"), "Host *\n  StrictHostKeyChecking yes\n");
      factory =
          new SshdSessionFactoryBuilder()
              .setPreferredAuthentications("publickey")
              .setHomeDirectory(folder.toFile())
              .setSshDirectory(folder.toFile())
              .setDefaultIdentities(home -> List.of(identity))
              .setDefaultKnownHostsFiles(home -> List.of(hosts))
              .build(null);
    } catch (IOException e) {
      throw new UncheckedIOException("the SSH key could not be placed below " + cache, e);
    }
  }

  SshdSessionFactory factory() {
    return factory;
  }

  @Override
  public void close() {
    factory.close();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove " + folder, e);
    }
  }
}
