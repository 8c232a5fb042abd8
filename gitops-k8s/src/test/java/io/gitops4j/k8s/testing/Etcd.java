package io.gitops4j.k8s.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The database of a test cluster. */
final class Etcd implements AutoCloseable {
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");

  private final Path program;
  private final Path folder;
  private final String clientUrl;
  private final String peerUrl;
  private final ServerProcess process;

  Etcd(Path program, Path folder, int port, int peerPort) {
    this.program = program;
    this.folder = folder;
    this.clientUrl = "http://127.0.0.1:" + port;
    this.peerUrl = "http://127.0.0.1:" + peerPort;
    this.process = new ServerProcess(folder.resolve("etcd.log"));
  }

  String url() {
    return clientUrl;
  }

  Path log() {
    return process.log();
  }

  void start() {
    process.start(
        List.of(
            program.toString(),
            "--data-dir",
            data().toString(),
            "--listen-client-urls",
            clientUrl,
            "--advertise-client-urls",
            clientUrl,
            "--listen-peer-urls",
            peerUrl,
            "--initial-advertise-peer-urls",
            peerUrl,
            "--initial-cluster",
            "default=" + peerUrl,
            "--unsafe-no-fsync"));
  }

  void freeze(boolean hold) {
    process.freeze(hold);
  }

  /** Forgets all states but the present one. */
  void compact() {
    String head = ask("/v3/kv/range", "{\"key\": \"Lw==\"}");
    Matcher revision = REVISION.matcher(head);
    if (!revision.find()) {
      throw new IllegalStateException("etcd does not tell its revision: " + head);
    }
    ask("/v3/kv/compaction", "{\"revision\": " + revision.group(1) + ", \"physical\": true}");
  }

  /** Copies its data as they are now; it is away for that time. */
  Path backUp() {
    close();
    Path copy = folder.resolve("backup-" + System.nanoTime());
    try {
      TestFolders.copy(data(), copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
    return copy;
  }

  /** Puts a copy in place of its data, as after a disaster. */
  void restore(Path backup) {
    process.kill();
    try {
      TestFolders.delete(data());
      TestFolders.copy(backup, data());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  private Path data() {
    return folder.resolve("etcd-data");
  }

  private String ask(String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(clientUrl + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while etcd was asked", e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
