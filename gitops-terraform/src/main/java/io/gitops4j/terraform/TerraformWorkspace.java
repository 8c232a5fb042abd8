package io.gitops4j.terraform;

import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.render.Desired;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A root module with its local modules, variables and backend, as one revision says it. Immutable.
 * It is applied as a whole: nothing of a saved plan can be left out.
 */
public final class TerraformWorkspace implements Desired {
  private final Revision revision;
  private final Optional<String> repository;
  private final WorkspaceConfig config;
  private final SortedMap<String, byte[]> files;
  private final SortedSet<String> programs;
  private final Digest digest;

  TerraformWorkspace(
      Revision revision,
      Optional<String> repository,
      WorkspaceConfig config,
      SortedMap<String, byte[]> files,
      SortedSet<String> programs) {
    this.revision = Objects.requireNonNull(revision, "revision");
    this.repository = Objects.requireNonNull(repository, "repository");
    this.config = Objects.requireNonNull(config, "config");
    this.files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    this.programs = Collections.unmodifiableSortedSet(new TreeSet<>(programs));
    StringBuilder content = new StringBuilder();
    files.forEach((path, bytes) -> part(content, path, Digest.sha256(bytes).hex()));
    programs.forEach(path -> part(content, path, "program"));
    config.variables().forEach((name, json) -> part(content, name, json.reveal()));
    part(content, config.path(), config.workspace());
    part(content, config.variableFiles().toString(), config.purpose().name());
    config
        .backend()
        .ifPresent(b -> part(content, b.type(), new TreeMap<>(b.settings()).toString()));
    config.ignoredDrift().forEach(r -> part(content, r.address(), r.attribute()));
    this.digest = Digest.sha256(content.toString());
  }

  @Override
  public Revision revision() {
    return revision;
  }

  @Override
  public Digest digest() {
    return digest;
  }

  /**
   * Which repository its files are of.
   *
   * @return an address without credentials; empty when the source has none
   */
  public Optional<String> repository() {
    return repository;
  }

  /**
   * What it was made with.
   *
   * @return the configuration
   */
  public WorkspaceConfig config() {
    return config;
  }

  /**
   * Its files, by path from the root of the repository.
   *
   * @return the content; not to be changed
   */
  public SortedMap<String, byte[]> files() {
    return files;
  }

  /**
   * Which of its files are programs, by path from the root of the repository.
   *
   * @return the paths; not to be changed
   */
  public SortedSet<String> programs() {
    return programs;
  }

  /** Nothing is desired when it shall be destroyed. */
  @Override
  public boolean isEmpty() {
    return config.purpose() == WorkspaceConfig.Purpose.DESTROY;
  }

  @Override
  public Grain grain() {
    return Grain.WHOLE;
  }

  private static void part(StringBuilder text, String name, String value) {
    text.append(name.length()).append(':').append(name);
    text.append(value.length()).append(':').append(value);
  }
}
