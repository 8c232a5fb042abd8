package io.gitops4j.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;

/** A repository with its files, in which Ann commits to the branch {@code main}. */
final class WorkTree implements AutoCloseable {
  private final Path folder;
  private final Git git;

  private WorkTree(Path folder, Git git) {
    this.folder = folder;
    this.git = git;
  }

  /** Makes a repository, or goes on with the one that is there. */
  static WorkTree at(Path folder) throws GitAPIException {
    return new WorkTree(
        folder, Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call());
  }

  /** The repository, for what is done rarely. */
  Git git() {
    return git;
  }

  /** Writes a file, which is not committed by that. */
  WorkTree write(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  /** Commits the files as they are, those that are gone with them. */
  ObjectId commit(String message) throws GitAPIException {
    git.add().addFilepattern(".").call();
    git.add().addFilepattern(".").setUpdate(true).call();
    return git.commit()
        .setMessage(message)
        .setAuthor("Ann", "ann@example.com")
        .setCommitter("Ann", "ann@example.com")
        .setSign(false)
        .call();
  }

  @Override
  public void close() {
    git.close();
  }
}
