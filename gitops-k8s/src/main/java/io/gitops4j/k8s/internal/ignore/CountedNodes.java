package io.gitops4j.k8s.internal.ignore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes trees in which every look at a part is a step. */
final class CountedNodes extends JsonNodeFactory {
  private static final long serialVersionUID = 1;

  private final transient Steps steps;

  CountedNodes(Steps steps) {
    this.steps = steps;
  }

  @Override
  public ObjectNode objectNode() {
    return new CountedObject(this);
  }

  @Override
  public ArrayNode arrayNode() {
    return new CountedArray(this);
  }

  private <T> Iterator<T> counted(Iterator<T> parts) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return parts.hasNext();
      }

      @Override
      public T next() {
        steps.take(1);
        return parts.next();
      }
    };
  }

  @SuppressWarnings("unchecked") // how the library declares deepCopy
  private static final class CountedObject extends ObjectNode {
    private static final long serialVersionUID = 1;
    private final transient CountedNodes counting;

    CountedObject(CountedNodes counting) {
      super(counting);
      this.counting = counting;
    }

    @Override
    public @Nullable JsonNode get(String name) {
      counting.steps.take(1);
      return super.get(name);
    }

    @Override
    public Iterator<JsonNode> elements() {
      return counting.counted(super.elements());
    }

    @Override
    public Iterator<String> fieldNames() {
      return counting.counted(super.fieldNames());
    }

    @Override
    @SuppressWarnings("deprecation") // what the library asks for
    public Iterator<Map.Entry<String, JsonNode>> fields() {
      return counting.counted(super.properties().iterator());
    }

    @Override
    public Set<Map.Entry<String, JsonNode>> properties() {
      counting.steps.take(size());
      return super.properties();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      counting.steps.take(1 + size());
      return super.equals(other);
    }

    @Override
    public int hashCode() {
      return super.hashCode();
    }

    @Override
    public String toString() {
      counting.steps.take(1 + size());
      return super.toString();
    }
  }

  @SuppressWarnings("unchecked") // how the library declares deepCopy
  private static final class CountedArray extends ArrayNode {
    private static final long serialVersionUID = 1;
    private final transient CountedNodes counting;

    CountedArray(CountedNodes counting) {
      super(counting);
      this.counting = counting;
    }

    @Override
    public @Nullable JsonNode get(int position) {
      counting.steps.take(1);
      return super.get(position);
    }

    @Override
    public Iterator<JsonNode> elements() {
      return counting.counted(super.elements());
    }

    @Override
    public boolean equals(@Nullable Object other) {
      counting.steps.take(1 + size());
      return super.equals(other);
    }

    @Override
    public int hashCode() {
      return super.hashCode();
    }

    @Override
    public String toString() {
      counting.steps.take(1 + size());
      return super.toString();
    }
  }
}
