package io.gitops4j.terraform.internal;

import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import io.gitops4j.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Where a target's state was when something was in it. Another place without a state looks to the
 * program as if nothing had been made yet: it would make everything a second time.
 */
final class StatePlace {
  private static final String NAME = "place";

  private final WorkingFolder folder;

  StatePlace(WorkingFolder folder) {
    this.folder = folder;
  }

  /**
   * Keeps in mind what the state of the current place holds.
   *
   * @throws DiffException when it holds nothing, and the state of another place held something
   */
  void met(String subject, boolean empty) throws IOException {
    String current = current();
    Optional<String> known = folder.note(NAME);
    if (!empty) {
      if (!known.equals(Optional.of(current))) {
        folder.writeNote(NAME, current);
      }
    } else if (known.equals(Optional.of(current))) {
      folder.removeNote(NAME);
    } else if (known.isPresent()) {
      throw new DiffException(
          "TERRAFORM-STATE-MOVED",
          Retryability.RETRY_ON_CHANGE,
          subject,
          "its state was in another place (backend "
              + type(known.get())
              + ") and is empty where it shall be now (backend "
              + type(current)
              + "): all that exists would be made a second time",
          "migrate the state, or go back to its place; to begin with an empty one on purpose, remove "
              + folder.root().resolve(NAME),
          null);
    }
  }

  /** The backend that was initialised; its settings may be secret. */
  private String current() throws IOException {
    Path chosen = folder.data().resolve("terraform.tfstate");
    JsonNode backend =
        Files.exists(chosen)
            ? Diagnostics.JSON.readTree(Files.readAllBytes(chosen)).path("backend")
            : MissingNode.getInstance();
    return backend.path("type").asString("local")
        + " "
        + Digest.sha256(backend.path("config").toString());
  }

  private static String type(String place) {
    return place.substring(0, place.indexOf(' '));
  }
}
