package io.gitops4j.git.internal;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.git.GitCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** SSH with one key and known hosts only; nothing of the user's own SSH is read or asked. */
final class SshSessions implements AutoCloseable {
  private final Path folder;
  private final SshdSessionFactory factory;

  SshSessions(GitCredentials.SshKey key, Path cache) {
    // In memory only: a process that is killed would leave a file.
    List<KeyPair> identities = identities(key);
    try {
      Files.createDirectories(cache);
      FileAttribute<Set<PosixFilePermission>> ours =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      folder = Files.createTempDirectory(cache, "ssh", ours);
      Path hosts = Files.writeString(folder.resolve("known_hosts"), key.knownHosts());
      Files.writeString(folder.resolve("config"), "Host *\n  StrictHostKeyChecking yes\n");
      factory =
          new SshdSessionFactoryBuilder()
              .setPreferredAuthentications("publickey")
              .setHomeDirectory(folder.toFile())
              .setSshDirectory(folder.toFile())
              .setDefaultKeysProvider(home -> identities)
              .setDefaultKnownHostsFiles(home -> List.of(hosts))
              .setConnectorFactory(null) // no agent
              .build(null);
    } catch (IOException e) {
      throw new UncheckedIOException("the known hosts could not be placed below " + cache, e);
    }
  }

  private static List<KeyPair> identities(GitCredentials.SshKey key) {
    byte[] text = key.privateKey().reveal().getBytes(StandardCharsets.UTF_8);
    List<KeyPair> pairs = new ArrayList<>();
    try {
      Iterable<KeyPair> read =
          SecurityUtils.loadKeyPairIdentities(
              null, NamedResource.ofName("the key"), new ByteArrayInputStream(text), null);
      if (read != null) {
        read.forEach(pairs::add);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // What was thrown may quote the key; that there is none says enough.
      pairs.clear();
    }
    if (pairs.isEmpty()) {
      throw new ConfigurationException(
          "Git credentials SshKey",
          List.of("privateKey is no private key that can be read without a passphrase"));
    }
    return pairs;
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
