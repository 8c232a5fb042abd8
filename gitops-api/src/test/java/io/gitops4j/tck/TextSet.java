package io.gitops4j.tck;

import io.gitops4j.error.Stage;
import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.source.SnapshotFile;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** A desired state of texts, one for each file. Immutable. */
public record TextSet(Revision revision, SortedMap<ResourceId, String> texts) implements Desired {
  /** Copies the texts. */
  public TextSet {
    texts = Collections.unmodifiableSortedMap(new TreeMap<>(texts));
  }

  /** The identity of the text of a file. */
  public static ResourceId id(String path) {
    return new ResourceId("tck", "Text", "", path);
  }

  @Override
  public Digest digest() {
    return Digest.sha256(texts.toString());
  }

  @Override
  public boolean isEmpty() {
    return texts.isEmpty();
  }

  /** Makes a text of every file of the snapshot. */
  public static final class TextRenderer implements Renderer<TextSet> {
    private int renders;

    /** How often it rendered. */
    public synchronized int renders() {
      return renders;
    }

    @Override
    public Class<TextSet> desiredType() {
      return TextSet.class;
    }

    @Override
    public synchronized TextSet render(Snapshot snapshot, OperationContext context) {
      context.checkActive(Stage.RENDER);
      renders++;
      SortedMap<ResourceId, String> texts = new TreeMap<>();
      for (SnapshotFile file : snapshot.files("")) {
        texts.put(id(file.path()), new String(snapshot.read(file.path()), StandardCharsets.UTF_8));
      }
      return new TextSet(snapshot.revision(), texts);
    }
  }
}
