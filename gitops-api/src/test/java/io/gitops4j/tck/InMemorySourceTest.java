package io.gitops4j.tck;

import io.gitops4j.source.SourceProvider;
import java.util.Map;

class InMemorySourceTest extends SourceProviderContract {
  private final InMemorySource source = new InMemorySource();

  @Override
  protected void commit(Map<String, String> files) {
    source.commit("change", files);
  }

  @Override
  protected SourceProvider source() {
    return source;
  }
}
