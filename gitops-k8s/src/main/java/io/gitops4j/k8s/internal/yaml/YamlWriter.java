package io.gitops4j.k8s.internal.yaml;

import io.gitops4j.internal.yaml.Scalars;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;

/** Writes trees as the YAML that kubectl shows: keys sorted, texts quoted where it must be. */
public final class YamlWriter {
  private static final DumpSettings SETTINGS =
      DumpSettings.builder().setWidth(Integer.MAX_VALUE).setSplitLines(false).build();

  private YamlWriter() {}

  /** The lines of a document. */
  public static List<String> lines(JsonNode tree) {
    StringBuilder text = new StringBuilder();
    new Dump(SETTINGS).dumpNode(node(tree), new Text(text));
    return text.toString().lines().toList();
  }

  private record Text(StringBuilder text) implements StreamDataWriter {
    @Override
    public void write(String part) {
      text.append(part);
    }

    @Override
    public void write(String part, int offset, int length) {
      text.append(part, offset, offset + length);
    }
  }

  private static Node node(JsonNode value) {
    if (value.isObject()) {
      List<NodeTuple> fields = new ArrayList<>();
      for (String name : new TreeSet<>(value.propertyNames())) {
        fields.add(new NodeTuple(text(name), node(value.path(name))));
      }
      return new MappingNode(Tag.MAP, fields, style(value));
    }
    if (value.isArray()) {
      List<Node> items = new ArrayList<>();
      value.forEach(i -> items.add(node(i)));
      return new SequenceNode(Tag.SEQ, items, style(value));
    }
    if (value.isString()) {
      return text(value.asString());
    }
    Tag tag =
        value.isNull()
            ? Tag.NULL
            : value.isBoolean() ? Tag.BOOL : value.isIntegralNumber() ? Tag.INT : Tag.FLOAT;
    return new ScalarNode(tag, value.toString(), ScalarStyle.PLAIN);
  }

  private static FlowStyle style(JsonNode value) {
    return value.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
  }

  private static ScalarNode text(String text) {
    ScalarStyle style =
        text.indexOf('\n') >= 0
            ? ScalarStyle.LITERAL
            : Scalars.plain(text).isString() ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
    return new ScalarNode(Tag.STR, text, style);
  }
}
