package io.gitops4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.k8s.testing.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A port that is open can be asked for things: the kernel knows who has one. */
class ListeningSocketsIT {
  private static final String LISTENING = "0A";
  private final TestCluster cluster = TestCluster.shared();
  @TempDir Path folder;

  @Test
  @DisplayName("no port is opened in a sync from Git to a cluster that is watched")
  void opensNoPort() throws Exception {
    try (ServerSocket control = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(listening(ProcessHandle.current().pid()))
          .as("what this test sees")
          .contains(control.getLocalPort());
    }
    Set<Integer> seen = new TreeSet<>();
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WatchedSync.class.getName(),
                cluster.kubeconfigFile().toString(),
                cluster.createNamespace("sockets"),
                repository(),
                folder.resolve("cache").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                seen.addAll(listening(process.pid()));
                return Files.readString(output).contains("watched") || !process.isAlive();
              });
      process.getOutputStream().close();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(Files.readString(output)).contains("APPLIED\n", "IN_SYNC\n", "watched\n");
    assertThat(process.exitValue()).isZero();
    assertThat(seen).as("ports that it listened at").isEmpty();
  }

  private String repository() throws Exception {
    Path repository = folder.resolve("repo");
    Files.createDirectories(repository.resolve("app"));
    Files.writeString(
        repository.resolve("app/a.yaml"),
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {key: one}}\n");
    try (Git git = Git.init().setDirectory(repository.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("one")
          .setAuthor("Ann", "ann@example.com")
          .setCommitter("Ann", "ann@example.com")
          .setSign(false)
          .call();
    }
    return repository.toUri().toString();
  }

  /**
   * The ports of TCP that a process listens at; its sockets are told from others by their inode.
   */
  private static Set<Integer> listening(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Set<Integer> ports = new HashSet<>();
    Set<String> sockets = sockets(process);
    for (String protocol : new String[] {"tcp", "tcp6"}) {
      for (String line : Files.readAllLines(process.resolve("net").resolve(protocol))) {
        String[] fields = line.strip().split("\\s+");
        if (fields[3].equals(LISTENING) && sockets.contains("socket:[" + fields[9] + "]")) {
          ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }

  private static Set<String> sockets(Path process) throws IOException {
    Set<String> links = new HashSet<>();
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      for (Path one : open.toList()) {
        try {
          links.add(Files.readSymbolicLink(one).toString());
        } catch (NoSuchFileException e) {
          continue; // It was closed meanwhile.
        }
      }
    }
    return links;
  }
}
