package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.operation.OperationContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that takes a question and does not answer it. */
class SilentServerTest {
  @TempDir Path cache;

  private GitSource source(String url, String branch, GitPolls polls) {
    return GitSource.builder(url).reference(branch).cacheDirectory(cache).polls(polls).build();
  }

  @Test
  @DisplayName("it keeps nobody from making another source that shares its answers")
  void madeMeanwhile() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/repo";
      GitPolls polls = GitPolls.create();
      try (GitSource main = source(url, "main", polls)) {
        Future<?> asking =
            threads.submit(() -> main.fetch(Optional.empty(), OperationContext.create()));
        try (Socket asked = silent.accept()) {
          Future<GitSource> made = threads.submit(() -> source(url, "other", polls));

          made.get(20, TimeUnit.SECONDS).close();

          assertThat(asked.isClosed()).isFalse();
          assertThat(asking).isNotDone();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
