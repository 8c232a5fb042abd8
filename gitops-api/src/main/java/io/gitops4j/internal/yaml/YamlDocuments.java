package io.gitops4j.internal.yaml;

import io.gitops4j.error.RenderException;
import io.gitops4j.error.Retryability;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the documents of one file by kubectl's rules and within limits. Not thread-safe. */
public final class YamlDocuments {
  /** How much a file may ask of its reader; nodes are counted once its aliases are followed. */
  public record Limits(long maxBytes, int maxDepth, int maxNodes) {}

  private static final String MERGE = "<<";
  private static final String SEPARATOR = "---";
  private static final int SMALL = 1024;

  /**
   * kubectl passes over other tags; no manifest needs one, and they are how loaders are attacked.
   */
  private static final String CORE = "tag:yaml.org,2002:";

  private static final Set<String> TAGS =
      Set.of("null", "bool", "int", "float", "str", "binary", "timestamp", "seq", "map", "merge");

  private final String file;
  private final Limits limits;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final Iterator<Event> events;
  private int nodes;
  private int document;
  private int line = 1;

  private record Anchored(JsonNode value, int nodes) {}

  private YamlDocuments(String file, byte[] content, Limits limits) {
    this.file = file;
    this.limits = limits;
    if (content.length > limits.maxBytes()) {
      throw refuse("it has " + content.length + " bytes, the limit is " + limits.maxBytes(), null);
    }
    // The parser copies what it has of a long scalar whenever its buffer is full: with the small
    // default, the time for one grows with the square of its length.
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setCodePointLimit(Integer.MAX_VALUE)
            .setBufferSize(Math.max(SMALL, content.length))
            .build();
    this.events = new Parse(settings).parseString(decode(content)).iterator();
  }

  /**
   * All documents that hold something.
   *
   * @throws RenderException that names file, document and line
   */
  public static List<YamlDocument> read(String file, byte[] content, Limits limits) {
    YamlDocuments reader = new YamlDocuments(file, content, limits);
    try {
      return reader.documents();
    } catch (MarkedYamlEngineException e) {
      reader.line = e.getProblemMark().map(Mark::getLine).orElse(reader.line - 1) + 1;
      throw reader.refuse("it is not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException | IllegalArgumentException e) {
      throw reader.refuse("it cannot be read: " + e.getMessage(), e);
    }
  }

  private List<YamlDocument> documents() {
    List<YamlDocument> found = new ArrayList<>();
    while (events.hasNext()) {
      Event event = next();
      if (event.getEventId() == Event.ID.DocumentStart) {
        document++;
        anchors.clear();
        Event first = next();
        int start = line;
        JsonNode value = node(first, 1);
        if (!value.isNull()) {
          found.add(new YamlDocument(value, document, start));
        }
      }
    }
    return found;
  }

  private JsonNode node(Event event, int depth) {
    if (depth > limits.maxDepth()) {
      throw refuse("it is nested deeper than " + limits.maxDepth() + " levels", null);
    }
    int before = nodes;
    count(1);
    if (event instanceof AliasEvent alias) {
      return follow(alias);
    }
    if (!(event instanceof NodeEvent start)) {
      throw refuse("a value is missing", null);
    }
    JsonNode value;
    if (event instanceof ScalarEvent scalar) {
      checkTag(scalar.getTag());
      value = scalar(scalar);
    } else if (event instanceof SequenceStartEvent sequence) {
      checkTag(sequence.getTag());
      value = sequence(depth);
    } else {
      MappingStartEvent mapping = (MappingStartEvent) event;
      checkTag(mapping.getTag());
      value = mapping(mapping, depth);
    }
    start
        .getAnchor()
        .ifPresent(a -> anchors.put(a.getValue(), new Anchored(value, nodes - before)));
    return value;
  }

  private void checkTag(Optional<String> tag) {
    boolean core =
        tag.isEmpty()
            || tag.get().equals("!")
            || tag.get().startsWith(CORE) && TAGS.contains(tag.get().substring(CORE.length()));
    if (!core) {
      throw refuse("its tag " + tag.get() + " is none of YAML itself", null);
    }
  }

  private JsonNode follow(AliasEvent alias) {
    String name = alias.getAlias().getValue();
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw refuse("alias *" + name + " has no anchor before it, or stands inside of it", null);
    }
    count(anchored.nodes());
    return anchored.value();
  }

  private static JsonNode scalar(ScalarEvent scalar) {
    Optional<String> tag = scalar.getTag();
    if (tag.isPresent() && !tag.get().equals("!")) {
      return Scalars.tagged(tag.get(), scalar.getValue());
    }
    return scalar.isPlain() && tag.isEmpty()
        ? Scalars.plain(scalar.getValue())
        : JsonNodeFactory.instance.stringNode(scalar.getValue());
  }

  private JsonNode sequence(int depth) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Event item = next(); item.getEventId() != Event.ID.SequenceEnd; item = next()) {
      list.add(node(item, depth + 1));
    }
    return list;
  }

  private JsonNode mapping(MappingStartEvent start, int depth) {
    Map<String, JsonNode> own = new LinkedHashMap<>();
    Map<String, JsonNode> merged = new LinkedHashMap<>();
    for (Event key = next(); key.getEventId() != Event.ID.MappingEnd; key = next()) {
      checkSeparator(key);
      boolean merge = key instanceof ScalarEvent scalar && merges(scalar);
      JsonNode name = node(key, depth + 1);
      if (name.isContainer()) {
        throw refuse(
            "a key must be a scalar, not a list or a map, as which {{ of a template reads", null);
      }
      JsonNode value = node(next(), depth + 1);
      if (merge) {
        merge(value, merged);
      } else {
        own.put(Scalars.key(name), value);
      }
    }
    // What is written here wins over what is merged in, wherever it stands.
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    merged.forEach(map::set);
    own.forEach(map::set);
    return map;
  }

  /** Read as a key it would join two documents, and what both say would be said by the last. */
  private void checkSeparator(Event key) {
    if (key instanceof ScalarEvent scalar
        && scalar.isPlain()
        && scalar.getValue().startsWith(SEPARATOR)
        && scalar.getStartMark().filter(mark -> mark.getColumn() == 0).isPresent()) {
      throw refuse("the line begins with ---, and something follows right behind it", null);
    }
  }

  /** yq writes the tag; a quoted key without one is a key like any other. */
  private static boolean merges(ScalarEvent key) {
    return key.getValue().equals(MERGE)
        && key.getTag()
            .map(tag -> tag.equals("!") || tag.equals(CORE + "merge"))
            .orElse(key.isPlain());
  }

  private void merge(JsonNode value, Map<String, JsonNode> into) {
    if (value.isArray()) {
      value.forEach(v -> merge(v, into));
    } else if (value.isObject()) {
      value.properties().forEach(e -> into.putIfAbsent(e.getKey(), e.getValue()));
      count(value.size());
    } else {
      throw refuse("<< must merge a map or a list of maps", null);
    }
  }

  private Event next() {
    Event event = events.next();
    line = event.getStartMark().map(Mark::getLine).orElse(line - 1) + 1;
    return event;
  }

  private void count(int more) {
    nodes += more;
    if (nodes > limits.maxNodes() || nodes < 0) {
      throw refuse(
          "it holds more than " + limits.maxNodes() + " values once its aliases are followed",
          null);
    }
  }

  private String decode(byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw refuse("it is not UTF-8", e);
    }
  }

  private RenderException refuse(String why, @Nullable Throwable cause) {
    return new RenderException(
        "RENDER-YAML",
        Retryability.RETRY_ON_CHANGE,
        file + ", document " + Math.max(document, 1) + ", line " + line,
        why,
        "correct the file",
        cause);
  }
}
