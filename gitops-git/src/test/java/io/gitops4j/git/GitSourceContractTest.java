package io.gitops4j.git;

import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.SourceProviderContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.io.TempDir;

class GitSourceContractTest extends SourceProviderContract {
  @TempDir Path folder;

  @Override
  protected void commit(Map<String, String> files) throws Exception {
    Path repo = folder.resolve("repo");
    try (Git git = Git.init().setDirectory(repo.toFile()).setInitialBranch("main").call()) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = repo.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      git.add().addFilepattern(".").call();
      git.commit().setMessage("change").setAuthor("Ann", "ann@example.com").setSign(false).call();
    }
  }

  @Override
  protected SourceProvider source() {
    return GitSource.builder(folder.resolve("repo").toString())
        .reference("main")
        .cacheDirectory(folder.resolve("cache"))
        .build();
  }
}
