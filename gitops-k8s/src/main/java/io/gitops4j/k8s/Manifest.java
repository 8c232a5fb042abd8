package io.gitops4j.k8s;

import io.gitops4j.model.ResourceId;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/**
 * One object as Git wants it. The tree is shared for speed and must not be changed.
 *
 * @param id its identity; the namespace is empty where the manifest names none
 * @param apiVersion as written
 * @param object the whole object
 * @param origin where it was read
 */
public record Manifest(ResourceId id, String apiVersion, ObjectNode object, Origin origin) {
  /** Checks that no part is missing. */
  public Manifest {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(apiVersion, "apiVersion");
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(origin, "origin");
  }

  /** Which object it is and where it was read: its content may be secret. */
  @Override
  public String toString() {
    return id + " (" + origin + ")";
  }

  /**
   * Where a manifest was read.
   *
   * @param file path from the root of the repository, or the tool that wrote it
   * @param document number within the file, from 1
   * @param line of its first token within the file, from 1
   */
  public record Origin(String file, int document, int line) {
    /** Checks that the file is there. */
    public Origin {
      Objects.requireNonNull(file, "file");
    }

    @Override
    public String toString() {
      return file + ", document " + document + ", line " + line;
    }
  }
}
