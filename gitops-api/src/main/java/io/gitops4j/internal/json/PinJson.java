package io.gitops4j.internal.json;

import io.gitops4j.reconcile.Pin;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A pin as JSON, the same in every provider's store. */
public final class PinJson {
  private static final JsonMapper JSON = new JsonMapper();

  private PinJson() {}

  /** One line of JSON. */
  public static String write(Pin pin) {
    ObjectNode node = JSON.createObjectNode();
    write(pin, node);
    return node.toString();
  }

  static void write(Pin pin, ObjectNode into) {
    RevisionJson.write(pin.revision(), into.putObject("revision"));
    pin.bad().ifPresent(b -> RevisionJson.write(b, into.putObject("bad")));
    into.put("by", pin.by())
        .put("why", pin.why())
        .put("since", pin.since().toString())
        .put("until", pin.until().name())
        .put("hooks", pin.hooks().name());
  }

  /**
   * What {@link #write} wrote.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  public static Pin read(String text) {
    try {
      return read(JSON.readTree(text));
    } catch (JacksonException | DateTimeException e) {
      throw new IllegalArgumentException("it is no pin: " + e.getMessage(), e);
    }
  }

  static Pin read(JsonNode from) {
    return new Pin(
        RevisionJson.read(from.path("revision")),
        from.has("bad") ? Optional.of(RevisionJson.read(from.path("bad"))) : Optional.empty(),
        from.path("by").asString(""),
        from.path("why").asString(""),
        Instant.parse(from.path("since").asString("")),
        Pin.Until.valueOf(from.path("until").asString("")),
        Pin.Hooks.valueOf(from.path("hooks").asString("")));
  }
}
