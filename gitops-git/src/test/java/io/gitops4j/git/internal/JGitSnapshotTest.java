package io.gitops4j.git.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.git.GitLimits;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that no honest repository has, and files that the disk has changed. */
class JGitSnapshotTest {
  @TempDir Path folder;

  @BeforeEach
  void create() throws IOException {
    try (FileRepository repository = repository()) {
      repository.create(true);
    }
  }

  @Test
  @DisplayName("a file whose content is another one's is no file of the revision")
  void comparesTheHash() throws Exception {
    ObjectId one = blob("replicas: 1");
    ObjectId two = blob("replicas: 2");
    TreeFormatter files = new TreeFormatter();
    files.append("a.yaml", FileMode.REGULAR_FILE, one);
    try (JGitSnapshot snapshot = snapshot(files)) {
      assertThat(text(snapshot, "a.yaml")).isEqualTo("replicas: 1");
    }
    Files.delete(loose(one));
    Files.copy(loose(two), loose(one));

    try (JGitSnapshot snapshot = snapshot(files)) {
      assertThatThrownBy(() -> snapshot.read("a.yaml"))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.code()).isEqualTo("SOURCE-MIRROR-DAMAGED"))
          .hasMessageContaining("does not have the hash " + one.name());
    }
  }

  @Test
  @DisplayName("a link to a path of this machine is refused, also where the tree has that path")
  void refusesAbsoluteLinks() throws Exception {
    TreeFormatter files = new TreeFormatter();
    files.append("a.yaml", FileMode.REGULAR_FILE, blob("replicas: 1"));
    files.append("link.yaml", FileMode.SYMLINK, blob("/a.yaml"));

    try (JGitSnapshot snapshot = snapshot(files)) {
      assertThatThrownBy(() -> snapshot.read("link.yaml"))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.code()).isEqualTo("SOURCE-PATH-UNSAFE"));
    }
  }

  private FileRepository repository() throws IOException {
    return new FileRepository(folder.resolve("mirror").toFile());
  }

  private ObjectId blob(String text) throws IOException {
    try (FileRepository repository = repository();
        ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(Constants.OBJ_BLOB, text.getBytes(StandardCharsets.UTF_8));
      inserter.flush();
      return id;
    }
  }

  private JGitSnapshot snapshot(TreeFormatter files) throws IOException {
    FileRepository repository = repository();
    try (ObjectInserter inserter = repository.newObjectInserter();
        RevWalk walk = new RevWalk(repository)) {
      ObjectId tree = inserter.insert(files);
      inserter.flush();
      Revision revision = new Revision("main", new Digest("sha1", tree.name()), Optional.empty());
      return new JGitSnapshot(
          repository, walk.parseTree(tree), revision, "the repository", GitLimits.standard());
    }
  }

  private Path loose(ObjectId id) {
    return folder
        .resolve("mirror/objects")
        .resolve(id.name().substring(0, 2))
        .resolve(id.name().substring(2));
  }

  private static String text(JGitSnapshot snapshot, String path) {
    return new String(snapshot.read(path), StandardCharsets.UTF_8);
  }
}
