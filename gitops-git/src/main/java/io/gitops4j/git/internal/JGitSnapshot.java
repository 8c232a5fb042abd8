package io.gitops4j.git.internal;

import io.gitops4j.error.Retryability;
import io.gitops4j.error.SourceException;
import io.gitops4j.git.GitLimits;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** The tree of a commit, read from the object database without a work tree. */
final class JGitSnapshot implements Snapshot {
  private static final int LINKS = 40;
  private static final int LONGEST_LINK = 4096;

  private final Repository repository;
  private final RevTree tree;
  private final Revision revision;
  private final String address;
  private final GitLimits limits;
  private final Optional<Object> opened;

  JGitSnapshot(
      Repository repository, RevTree tree, Revision revision, String address, GitLimits limits) {
    this.repository = repository;
    this.tree = tree;
    this.revision = revision;
    this.address = address;
    this.limits = limits;
    this.opened = MirrorFolder.identity(repository.getDirectory().toPath());
  }

  private static final ObjectChecker NAMES = new ObjectChecker().setSafeForMacOS(true);

  private record Entry(String path, FileMode mode, ObjectId id) {}

  @Override
  public Revision revision() {
    return revision;
  }

  @Override
  public Optional<String> repository() {
    return Optional.of(address);
  }

  @Override
  public List<SnapshotFile> files(String directory) {
    List<SnapshotFile> found = new ArrayList<>();
    for (Entry entry : entries(directory)) {
      if (entry.mode() == FileMode.GITLINK) {
        continue; // another repository: it is no part of this revision
      }
      found.add(new SnapshotFile(entry.path(), size(entry), new Digest("sha1", entry.id().name())));
    }
    return found;
  }

  @Override
  public List<String> submodules(String directory) {
    return entries(directory).stream()
        .filter(entry -> entry.mode() == FileMode.GITLINK)
        .map(Entry::path)
        .toList();
  }

  @Override
  public String real(String path) {
    return follow(path).path();
  }

  @Override
  public byte[] read(String path) {
    Entry entry = follow(path);
    if (entry.mode() == FileMode.TREE) {
      throw notFound(path, "is a directory");
    }
    return content(entry, path, limits.fileBytes());
  }

  @Override
  public boolean executable(String path) {
    return follow(path).mode() == FileMode.EXECUTABLE_FILE;
  }

  @Override
  public void materialise(String directory, Path into) {
    Map<String, String> written = new HashMap<>();
    long bytes = 0;
    for (Entry entry : entries(directory)) {
      if (entry.mode() == FileMode.GITLINK) {
        continue;
      }
      // A link becomes what it leads to: no tool can be led out of the folder by it.
      Entry real = follow(entry.path());
      if (real.mode() == FileMode.TREE) {
        continue;
      }
      checkCase(entry.path(), written);
      Path target = into.resolve(entry.path()).normalize();
      if (!target.startsWith(into)) {
        throw unsafe(entry.path(), "leaves the folder that it is written to");
      }
      try {
        Files.createDirectories(target.getParent());
        byte[] content = content(real, entry.path(), limits.fileBytes());
        bytes += content.length;
        checkTogether(directory, bytes);
        Files.write(target, content);
        if (real.mode() == FileMode.EXECUTABLE_FILE && !target.toFile().setExecutable(true)) {
          throw new IOException("the executable bit cannot be set");
        }
      } catch (IOException e) {
        throw new SourceException(
            "SOURCE-IO",
            Retryability.RETRY,
            entry.path(),
            "cannot be written: " + e.getMessage(),
            "look at the temporary directory of this machine",
            e);
      }
    }
  }

  @Override
  public void close() {
    repository.close();
  }

  /** Everything below a directory, files, links and other repositories, sorted by path. */
  private List<Entry> entries(String directory) {
    ObjectId start = tree;
    String prefix = "";
    if (!directory.isEmpty()) {
      Entry found = follow(directory);
      if (found.mode() != FileMode.TREE) {
        throw notFound(directory, "is not a directory");
      }
      start = found.id();
      prefix = directory + "/";
    }
    List<Entry> all = new ArrayList<>();
    try (TreeWalk walk = new TreeWalk(repository)) {
      walk.addTree(start);
      walk.setRecursive(true);
      while (walk.next()) {
        String path = prefix + walk.getPathString();
        checkNames(path);
        all.add(new Entry(path, walk.getFileMode(0), walk.getObjectId(0).copy()));
      }
    } catch (IOException e) {
      throw damaged(directory, e);
    }
    return all;
  }

  /** The entry at a path, links followed inside the tree. */
  private Entry follow(String path) {
    if (path.startsWith("/") || path.indexOf('\0') >= 0) {
      throw unsafe(path, "is not a path below the root of the repository");
    }
    Deque<String> waiting = new ArrayDeque<>(List.of(path.split("/")));
    Deque<String> done = new ArrayDeque<>();
    Entry here = new Entry("", FileMode.TREE, tree);
    int links = 0;
    while (!waiting.isEmpty()) {
      String name = waiting.poll();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (done.pollLast() == null) {
          throw unsafe(path, "leaves the repository");
        }
      } else {
        done.add(name);
      }
      String at = String.join("/", done);
      Entry next = at.isEmpty() ? new Entry("", FileMode.TREE, tree) : lookup(at);
      if (next == null) {
        throw notFound(
            path,
            links == 0
                ? "does not exist"
                : "leads over a link to " + at + ", which does not exist");
      }
      if (next.mode() == FileMode.SYMLINK) {
        if (++links > LINKS) {
          throw unsafe(path, "is a link that leads through more than " + LINKS + " links");
        }
        String to = new String(content(next, at, LONGEST_LINK), StandardCharsets.UTF_8);
        if (to.startsWith("/")) {
          throw unsafe(at, "is a link to " + to + ", which leaves the repository");
        }
        done.pollLast();
        List<String> parts = List.of(to.split("/"));
        for (int i = parts.size() - 1; i >= 0; i--) {
          waiting.addFirst(parts.get(i));
        }
        continue;
      }
      if (next.mode() == FileMode.GITLINK) {
        throw unsafe(at, "is a submodule, whose content is no part of this revision");
      }
      here = next;
    }
    return here;
  }

  private @Nullable Entry lookup(String path) {
    checkNames(path);
    try (TreeWalk walk = TreeWalk.forPath(repository, path, tree)) {
      return walk == null ? null : new Entry(path, walk.getFileMode(0), walk.getObjectId(0).copy());
    } catch (IOException e) {
      throw damaged(path, e);
    }
  }

  private long size(Entry entry) {
    try (ObjectReader reader = repository.newObjectReader()) {
      return reader.getObjectSize(entry.id(), Constants.OBJ_BLOB);
    } catch (IOException e) {
      throw damaged(entry.path(), e);
    }
  }

  private byte[] content(Entry entry, String path, long limit) {
    try (ObjectReader reader = repository.newObjectReader();
        ObjectInserter hash = new ObjectInserter.Formatter()) {
      ObjectLoader loader = reader.open(entry.id(), Constants.OBJ_BLOB);
      if (loader.getSize() > limit) {
        throw new SourceException(
            "SOURCE-FILE-TOO-LARGE",
            Retryability.RETRY_ON_CHANGE,
            path,
            "it has " + loader.getSize() + " bytes, the limit is " + limit,
            "make it smaller, or raise GitLimits.fileBytes",
            null);
      }
      byte[] bytes = loader.getCachedBytes(Integer.MAX_VALUE);
      // A flipped bit in a pack goes unnoticed by the reader.
      if (!hash.idFor(Constants.OBJ_BLOB, bytes).equals(entry.id())) {
        throw new IOException("its content does not have the hash " + entry.id().name());
      }
      return bytes;
    } catch (IOException e) {
      throw damaged(path, e);
    }
  }

  /** Names that no honest tree has, and that a file system would take for something else. */
  private void checkNames(String path) {
    try {
      // Also what other file systems read as .git: other case, short names, ignored characters.
      NAMES.checkPath(path);
    } catch (CorruptObjectException e) {
      throw unsafe(path, "has a name that is not allowed in a repository");
    }
    if (path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0) {
      throw unsafe(path, "has a name that is not allowed in a repository");
    }
  }

  /** One blob can stand at many paths, and many links can lead to one file. */
  private void checkTogether(String directory, long bytes) {
    if (bytes > limits.treeBytes()) {
      throw new SourceException(
          "SOURCE-TOO-LARGE",
          Retryability.RETRY_ON_CHANGE,
          directory.isEmpty() ? revision.toString() : directory,
          "its files together have more than " + limits.treeBytes() + " bytes",
          "make them smaller, or raise GitLimits.treeBytes",
          null);
    }
  }

  /** On a file system without case, one of the two would take the place of the other. */
  private void checkCase(String path, Map<String, String> written) {
    for (int end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      String part = end < 0 ? path : path.substring(0, end);
      String twin = written.putIfAbsent(part.toLowerCase(Locale.ROOT), part);
      if (twin != null && !twin.equals(part)) {
        throw unsafe(part, "differs from " + twin + " in case only");
      }
      if (end < 0) {
        return;
      }
    }
  }

  private SourceException unsafe(String path, String why) {
    return new SourceException(
        "SOURCE-PATH-UNSAFE",
        Retryability.RETRY_ON_CHANGE,
        path,
        why + " (" + revision + ")",
        "remove it from the repository",
        null);
  }

  private SourceException notFound(String path, String why) {
    return new SourceException(
        "SOURCE-PATH-NOT-FOUND",
        Retryability.RETRY_ON_CHANGE,
        path,
        why + " at " + revision,
        "correct the path, or commit it",
        null);
  }

  private SourceException damaged(String path, IOException cause) {
    Optional<String> said = Optional.ofNullable(cause.getMessage());
    markDamaged();
    return new SourceException(
        "SOURCE-MIRROR-DAMAGED",
        Retryability.RETRY,
        path,
        "the mirror cannot give it: " + said.orElse(cause.getClass().getSimpleName()),
        "the next pass builds the mirror anew",
        cause);
  }

  private void markDamaged() {
    Path folder = repository.getDirectory().toPath();
    try {
      // Another may have taken its place since, and that one is sound.
      if (MirrorFolder.identity(folder).equals(opened)) {
        new MirrorFolder(folder).mark();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the damaged mirror could not be marked", e);
    }
  }
}
