package io.gitops4j.git;

import io.gitops4j.source.SourceProvider;
import io.gitops4j.tck.SourceProviderContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class GitSourceContractTest extends SourceProviderContract {
  @TempDir Path folder;

  @Override
  protected void commit(Map<String, String> files) throws Exception {
    try (WorkTree tree = WorkTree.at(folder.resolve("repo"))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        tree.write(file.getKey(), file.getValue());
      }
      tree.commit("change");
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
