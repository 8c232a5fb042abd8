package io.gitops4j.git.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.SourceException;
import io.gitops4j.git.GitConfig;
import io.gitops4j.git.GitCredentials;
import io.gitops4j.git.GitLimits;
import io.gitops4j.git.Rewrites;
import io.gitops4j.operation.OperationContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that has the mirror to itself, when damage shows and when the network is gone as well. */
class MirrorTest {
  private static final String LOST = "Connection refused";

  private final OperationContext context = OperationContext.create();
  @TempDir Path cache;
  private Remote remote;
  private Mirror mirror;
  private ObjectId kept;

  @BeforeEach
  void fill() {
    remote =
        new Remote(
            new GitConfig(
                "http://127.0.0.1:1/repo",
                "main",
                cache,
                GitCredentials.none(),
                Duration.ofSeconds(1),
                GitLimits.standard(),
                new Rewrites.Follow()));
    mirror = new Mirror(cache, remote, GitLimits.standard());
    kept = mirror.alone(repository -> insert(repository, "kept"), context);
  }

  @AfterEach
  void close() {
    remote.close();
  }

  @Test
  @DisplayName("a mirror is for its owner alone, a new one as well as one from before")
  void keepsMirrorsPrivate() throws IOException {
    Path folder = cache.resolve(remote.key() + ".git");
    assertThat(permissions(folder)).isEqualTo("rwx------");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));

    mirror.alone(repository -> insert(repository, "more"), context);

    assertThat(permissions(folder)).as("whoever shares it has said so").isEqualTo("rwxrwx---");
  }

  @Test
  @DisplayName("what the mirror has is kept when what looked like damage is no better elsewhere")
  void keepsWhatItHas() throws IOException {
    assertThatThrownBy(
            () ->
                mirror.alone(
                    repository -> {
                      throw new TransportException(
                          repository.getObjectDatabase().has(kept) ? "missing tree" : LOST);
                    },
                    context))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(LOST);

    assertThat(has(kept)).isTrue();
    assertThat(folders()).as("nothing is left beside it").hasSize(1);
  }

  @Test
  @DisplayName("a mirror that lacks an object stays marked until a fresh one did the work")
  void replacesWhenItWentWell() throws IOException {
    assertThatThrownBy(
            () ->
                mirror.alone(
                    repository -> {
                      if (repository.getObjectDatabase().has(kept)) {
                        throw new MissingObjectException(kept, Constants.OBJ_BLOB);
                      }
                      throw new TransportException(LOST);
                    },
                    context))
        .hasMessageContaining(LOST);
    assertThat(folders()).hasSize(1);
    assertThat(folders().get(0).resolve("HEAD")).doesNotExist();
    assertThat(folders().get(0).resolve("objects")).isNotEmptyDirectory();

    ObjectId next = mirror.alone(repository -> insert(repository, "next"), context);

    assertThat(folders()).hasSize(1);
    assertThat(has(next)).isTrue();
    assertThat(has(kept)).isFalse();
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(cache)) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  private boolean has(ObjectId id) {
    return mirror.alone(repository -> repository.getObjectDatabase().has(id), context);
  }

  private static ObjectId insert(Repository repository, String text) throws IOException {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(Constants.OBJ_BLOB, text.getBytes(StandardCharsets.UTF_8));
      inserter.flush();
      return id;
    }
  }

  private static String permissions(Path folder) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }
}
