package io.gitops4j.git.internal;

import io.gitops4j.git.GitConfig;
import io.gitops4j.git.GitSource;
import io.gitops4j.source.SourceProvider;
import io.gitops4j.spi.SourceProviderFactory;

/** Makes Git sources for whoever asks by name. */
public final class GitSourceFactory implements SourceProviderFactory<GitConfig> {
  @Override
  public String name() {
    return "git";
  }

  @Override
  public Class<GitConfig> configType() {
    return GitConfig.class;
  }

  @Override
  public SourceProvider create(GitConfig config) {
    return GitSource.open(config);
  }
}
