package io.gitops4j.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gitops4j.GitOps;
import io.gitops4j.controller.ControllerBuilder;
import io.gitops4j.controller.GitOpsController;
import io.gitops4j.controller.ScheduledTarget;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileEvent;
import io.gitops4j.reconcile.ReconcileListener;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.TextSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One question to a server for all who want to know. */
class GitPollsTest {
  private static final int TARGETS = 1000;

  /** In protocol version 2 an ls-remote is a greeting and a question. */
  private static final int ONE_LS_REMOTE = 2;

  @TempDir Path folder;

  @BeforeEach
  void commit() throws Exception {
    commit("first");
    try (Git git = Git.open(folder.resolve("repo").toFile())) {
      git.branchCreate().setName("other").call();
    }
  }

  private void commit(String text) throws Exception {
    try (WorkTree tree = WorkTree.at(folder.resolve("repo"))) {
      tree.write("a", text).commit(text);
    }
  }

  private GitSource source(GitHttpServer server, String branch, GitPolls polls) {
    return GitSource.builder(server.url("repo"))
        .reference(branch)
        .cacheDirectory(folder.resolve("cache"))
        .polls(polls)
        .build();
  }

  private static String text(GitSource source, OperationContext context) {
    return source.fetch(Optional.empty(), context).revision().commit().orElseThrow().message();
  }

  @Test
  @DisplayName("1,000 targets of one repository: one ls-remote per interval, and one per webhook")
  void oneQuestionForAll() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(8);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    AtomicInteger passes = new AtomicInteger();
    List<GitSource> sources = new ArrayList<>();
    try (GitHttpServer server = GitHttpServer.open(folder)) {
      GitPolls polls = GitPolls.create();
      for (String branch : List.of("main", "other")) {
        GitSource source = source(server, branch, GitPolls.create());
        text(source, OperationContext.create()); // so that what is counted below are questions
        source.close();
      }
      ControllerBuilder builder =
          GitOpsController.builder()
              .workers(workers, 4)
              .timer(timer)
              .listener(
                  new ReconcileListener() {
                    @Override
                    public void finished(ReconcileEvent.Finished event) {
                      passes.incrementAndGet();
                    }
                  });
      for (int i = 0; i < TARGETS; i++) {
        GitSource source = source(server, i % 2 == 0 ? "main" : "other", polls);
        sources.add(source);
        builder.target(
            ScheduledTarget.of(
                GitOps.target("t" + i)
                    .source(source)
                    .renderer(new TextSet.TextRenderer())
                    .destination(new InMemoryDestination())
                    .build()));
      }
      server.requests().clear();
      GitOpsController controller = builder.build();
      controller.start();
      await().until(() -> passes.get() == TARGETS);
      assertThat(server.requests()).hasSize(ONE_LS_REMOTE);

      assertThat(controller.triggerRepository(server.url("repo") + ".git")).isEqualTo(TARGETS);
      await().until(() -> passes.get() == 2 * TARGETS);

      assertThat(server.requests()).hasSize(2 * ONE_LS_REMOTE);
      controller.stop(Duration.ofSeconds(5));
    } finally {
      sources.forEach(GitSource::close);
      workers.shutdownNow();
      timer.shutdownNow();
    }
  }

  @Test
  @DisplayName("an answer is used by all references of the repository, unless it must be newer")
  void answersAreShared() throws Exception {
    try (GitHttpServer server = GitHttpServer.open(folder)) {
      GitPolls polls = GitPolls.create();
      try (GitSource main = source(server, "main", polls);
          GitSource other = source(server, "other", polls)) {
        OperationContext anyAge = OperationContext.create().withFreshness(Duration.ofHours(1));
        assertThat(text(main, anyAge)).isEqualTo("first");
        commit("second");
        server.requests().clear();

        assertThat(text(main, anyAge)).isEqualTo("first");
        assertThat(text(other, anyAge)).isEqualTo("first");
        assertThat(server.requests()).isEmpty();
        assertThat(text(main, OperationContext.create())).isEqualTo("second");
        assertThat(text(main, anyAge)).isEqualTo("second");
      }
    }
  }

  @Test
  @DisplayName("an answer, and the credentials it was given for, go with the last who shares them")
  void answersAreForgotten() throws Exception {
    try (GitHttpServer server = GitHttpServer.open(folder)) {
      GitPolls polls = GitPolls.create();
      OperationContext anyAge = OperationContext.create().withFreshness(Duration.ofHours(1));
      GitSource main = source(server, "main", polls);
      GitSource other = source(server, "other", polls);
      text(main, anyAge);
      text(other, anyAge);
      main.close();
      main.close(); // counts once
      server.requests().clear();
      try (GitSource next = source(server, "main", polls)) {
        text(next, anyAge);
      }
      assertThat(server.requests()).as("the other still shares it").isEmpty();

      other.close();
      try (GitSource next = source(server, "main", polls)) {
        text(next, anyAge);
      }
      assertThat(server.requests()).hasSize(ONE_LS_REMOTE);
    }
  }

  @Test
  @DisplayName("an answer whose commit is gone is asked for anew instead of failing the pass")
  void answerOfBefore() throws Exception {
    try (GitHttpServer server = GitHttpServer.open(folder)) {
      GitPolls polls = GitPolls.create();
      try (GitSource main = source(server, "main", polls);
          GitSource elsewhere =
              GitSource.builder(server.url("repo"))
                  .reference("main")
                  .cacheDirectory(folder.resolve("elsewhere"))
                  .polls(polls)
                  .build()) {
        OperationContext anyAge = OperationContext.create().withFreshness(Duration.ofHours(1));
        text(main, anyAge);
        commit("second");

        int before = server.requests().size();

        assertThat(text(elsewhere, anyAge)).isEqualTo("second");
        assertThat(server.requests().subList(before, server.requests().size()))
            .as("a reference that moved is no damage: asked once more, fetched once")
            .hasSizeLessThanOrEqualTo(5);
      }
    }
  }
}
