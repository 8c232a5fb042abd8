package io.gitops4j.k8s;

import io.gitops4j.k8s.internal.json.CanonicalJson;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/** One object as Git wants it. The tree is shared for speed and must not be changed. Immutable. */
public final class Manifest {
  private final ResourceId id;
  private final String apiVersion;
  private final ObjectNode object;
  private final Origin origin;
  private final Digest digest;

  /**
   * Takes an object as it is.
   *
   * @param id its identity; the namespace is empty where the manifest names none
   * @param apiVersion as written
   * @param object the whole object
   * @param origin where it was read
   */
  public Manifest(ResourceId id, String apiVersion, ObjectNode object, Origin origin) {
    this.id = Objects.requireNonNull(id, "id");
    this.apiVersion = Objects.requireNonNull(apiVersion, "apiVersion");
    this.object = Objects.requireNonNull(object, "object");
    this.origin = Objects.requireNonNull(origin, "origin");
    this.digest = CanonicalJson.digest(object);
  }

  /**
   * Its identity; the namespace is empty where the manifest names none.
   *
   * @return the identity
   */
  public ResourceId id() {
    return id;
  }

  /**
   * The version as written.
   *
   * @return {@code v1}, {@code apps/v1}
   */
  public String apiVersion() {
    return apiVersion;
  }

  /**
   * The whole object.
   *
   * @return the tree, which must not be changed
   */
  public ObjectNode object() {
    return object;
  }

  /**
   * Where it was read.
   *
   * @return the place
   */
  public Origin origin() {
    return origin;
  }

  /**
   * The hash of the object, whatever the order of its keys.
   *
   * @return the digest
   */
  public Digest digest() {
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest manifest
        && id.equals(manifest.id)
        && digest.equals(manifest.digest)
        && origin.equals(manifest.origin);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, digest, origin);
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
