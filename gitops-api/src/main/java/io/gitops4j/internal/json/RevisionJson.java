package io.gitops4j.internal.json;

import io.gitops4j.model.Digest;
import io.gitops4j.model.Revision;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A revision as fields of whatever tells of it. */
final class RevisionJson {
  private RevisionJson() {}

  static void write(Revision revision, ObjectNode into) {
    into.put("reference", revision.reference()).put("digest", revision.digest().toString());
    revision
        .commit()
        .ifPresent(
            c ->
                into.putObject("commit")
                    .put("author", c.author())
                    .put("committer", c.committer())
                    .put("time", c.time().toString())
                    .put("message", c.message()));
  }

  static Revision read(JsonNode from) {
    JsonNode commit = from.path("commit");
    return new Revision(
        from.path("reference").asString(""),
        Digest.parse(from.path("digest").asString("")),
        commit.isObject()
            ? Optional.of(
                new Revision.Commit(
                    commit.path("author").asString(""),
                    commit.path("committer").asString(""),
                    Instant.parse(commit.path("time").asString("")),
                    commit.path("message").asString("")))
            : Optional.empty());
  }
}
