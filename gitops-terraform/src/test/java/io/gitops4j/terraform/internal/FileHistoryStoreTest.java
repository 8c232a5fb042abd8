package io.gitops4j.terraform.internal;

import io.gitops4j.model.Sensitive;
import io.gitops4j.reconcile.HistoryStore;
import io.gitops4j.tck.HistoryStoreContract;
import io.gitops4j.terraform.TerraformConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class FileHistoryStoreTest extends HistoryStoreContract {
  @TempDir Path folder;

  /** A new one each time, as after a restart. */
  @Override
  protected HistoryStore store() {
    return new FileHistoryStore(
        TerraformConfig.builder(folder, Sensitive.of(new byte[32]))
            .environment(Map::of)
            .historyLimit(limit())
            .build());
  }

  @Override
  protected int limit() {
    return 4;
  }
}
