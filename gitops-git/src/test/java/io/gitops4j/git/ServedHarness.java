package io.gitops4j.git;

import io.gitops4j.operation.OperationContext;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A repository that is served, whose commits a test makes one by one. */
abstract class ServedHarness {
  final OperationContext context = OperationContext.create();
  @TempDir Path folder;
  ServedRepository repository;
  Git git;
  GitHttpServer server;

  @BeforeEach
  final void serve() throws Exception {
    repository = new ServedRepository(folder);
    git = repository.git();
    server = repository.server();
  }

  @AfterEach
  final void close() {
    repository.close();
  }
}
