package io.gitops4j.terraform.internal;

/**
 * A file or a directory that something may read, and what names it. Immutable.
 *
 * @param path from the root of the repository, which is empty
 * @param where the file of the configuration with the line, or the variable, for messages
 */
record NamedFile(String path, String where) {
  /** As a message says it. */
  String shown() {
    return path.isEmpty() ? "the whole repository" : path;
  }
}
