package io.gitops4j.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.StoredConfig;

/** A bare repository {@code repo.git} over HTTP, whose commits are made one by one. */
final class ServedRepository implements AutoCloseable {
  private final Git git;
  private final GitHttpServer server;

  /** Makes it in a folder, and takes pushes. */
  ServedRepository(Path folder) throws Exception {
    git = Git.init().setBare(true).setDirectory(folder.resolve("repo.git").toFile()).call();
    StoredConfig config = git.getRepository().getConfig();
    config.setBoolean("http", null, "receivepack", true);
    config.save();
    server = GitHttpServer.open(folder);
  }

  Git git() {
    return git;
  }

  GitHttpServer server() {
    return server;
  }

  /** Makes a commit that no branch leads to yet. */
  ObjectId commit(String message, Map<String, String> files, ObjectId... parents)
      throws IOException {
    try (ObjectInserter inserter = git.getRepository().newObjectInserter()) {
      DirCache index = DirCache.newInCore();
      DirCacheBuilder builder = index.builder();
      for (Map.Entry<String, String> file : files.entrySet()) {
        DirCacheEntry entry = new DirCacheEntry(file.getKey());
        entry.setFileMode(FileMode.REGULAR_FILE);
        entry.setObjectId(
            inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
        builder.add(entry);
      }
      builder.finish();
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(index.writeTree(inserter));
      commit.setParentIds(parents);
      PersonIdent bob = new PersonIdent("Bob", "bob@example.com");
      commit.setAuthor(bob);
      commit.setCommitter(bob);
      commit.setMessage(message);
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return id;
    }
  }

  /** Moves a branch by force. */
  ObjectId push(String branch, ObjectId commit) throws IOException {
    RefUpdate update = git.getRepository().updateRef("refs/heads/" + branch);
    update.setNewObjectId(commit);
    update.forceUpdate();
    return commit;
  }

  @Override
  public void close() {
    server.close();
    git.close();
  }
}
