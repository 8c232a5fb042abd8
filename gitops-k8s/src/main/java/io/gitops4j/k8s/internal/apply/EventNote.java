package io.gitops4j.k8s.internal.apply;

import io.gitops4j.model.TargetId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;

/**
 * Something to tell about an object by an Event. Equal but for the time, it is the same thing
 * again. Immutable.
 *
 * @param target whose budget it is told from
 * @param regarding what it is about
 * @param type {@code Normal} or {@code Warning}
 * @param reason one word, for programs
 * @param note for people, at most 1,000 bytes
 */
public record EventNote(
    TargetId target, Regarding regarding, Type type, String reason, String note) {
  /** The API server takes 1,024 bytes. */
  private static final int LONGEST = 1000;

  /** Cuts the note where it is too long. */
  public EventNote {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(regarding, "regarding");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(reason, "reason");
    note = cut(note);
  }

  /** The types that there are. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /**
   * An object.
   *
   * @param apiVersion empty for whichever the server prefers
   * @param group of the API
   * @param namespace empty for an object of the whole cluster
   */
  public record Regarding(
      String apiVersion, String group, String kind, String namespace, String name) {}

  /** A note with the moment at which it was made. */
  record Timed(EventNote note, Instant time) {}

  private static String cut(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
      return text;
    }
    int end = Math.min(text.length(), LONGEST);
    while (text.substring(0, end).getBytes(StandardCharsets.UTF_8).length > LONGEST - 3) {
      end--;
    }
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
