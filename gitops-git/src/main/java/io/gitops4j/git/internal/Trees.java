package io.gitops4j.git.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** Trees made of other trees. What is not on the way to a path is taken as it is. */
record Trees(Repository repository, ObjectInserter inserter) {
  private record Entry(String name, FileMode mode, ObjectId id) {
    /** Git sorts a folder as if its name ended with a slash. */
    private byte[] order() {
      return (mode == FileMode.TREE ? name + "/" : name).getBytes(StandardCharsets.UTF_8);
    }
  }

  /** A tree with what another one has at a path, which may be nothing. */
  ObjectId with(ObjectId tree, ObjectId other, String path) throws IOException {
    if (path.isEmpty()) {
      return other;
    }
    ObjectId made = replaced(tree, path, at(other, path));
    return made == null ? inserter.insert(new TreeFormatter()) : made;
  }

  /** Whether two trees have the same at a path. */
  boolean same(ObjectId one, ObjectId other, String path) throws IOException {
    if (path.isEmpty()) {
      return one.equals(other);
    }
    Entry here = at(one, path);
    Entry there = at(other, path);
    return here == null ? there == null : here.equals(there);
  }

  private @Nullable Entry at(ObjectId tree, String path) throws IOException {
    try (TreeWalk walk = TreeWalk.forPath(repository, path, tree)) {
      return walk == null
          ? null
          : new Entry(walk.getNameString(), walk.getFileMode(0), walk.getObjectId(0));
    }
  }

  /** Null when nothing is left in it: Git knows no empty folders. */
  private @Nullable ObjectId replaced(@Nullable ObjectId tree, String path, @Nullable Entry entry)
      throws IOException {
    int slash = path.indexOf('/');
    String name = slash < 0 ? path : path.substring(0, slash);
    List<Entry> entries = new ArrayList<>(tree == null ? List.of() : entries(tree));
    Entry before = entries.stream().filter(e -> e.name().equals(name)).findFirst().orElse(null);
    entries.remove(before);
    Entry after = slash < 0 ? entry : folder(before, path.substring(slash + 1), name, entry);
    if (after != null) {
      entries.add(after);
    }
    if (entries.isEmpty()) {
      return null;
    }
    entries.sort((one, other) -> Arrays.compareUnsigned(one.order(), other.order()));
    TreeFormatter made = new TreeFormatter();
    entries.forEach(e -> made.append(e.name(), e.mode(), e.id()));
    return inserter.insert(made);
  }

  private @Nullable Entry folder(
      @Nullable Entry before, String path, String name, @Nullable Entry entry) throws IOException {
    boolean folder = before != null && before.mode() == FileMode.TREE;
    if (!folder && entry == null) {
      return before; // a file stands where the path would go through: there is nothing to remove
    }
    ObjectId made = replaced(folder ? before.id() : null, path, entry);
    return made == null ? null : new Entry(name, FileMode.TREE, made);
  }

  private List<Entry> entries(ObjectId tree) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (TreeWalk walk = new TreeWalk(repository)) {
      walk.addTree(tree);
      while (walk.next()) {
        entries.add(new Entry(walk.getNameString(), walk.getFileMode(0), walk.getObjectId(0)));
      }
    }
    return entries;
  }
}
