package io.gitops4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.RenderException;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Desired;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Renderer} keeps. Extend it and give files.
 *
 * @param <D> the kind of desired state
 */
public abstract class RendererContract<D extends Desired> {
  private final InMemorySource source = new InMemorySource();

  /** The renderer under test. */
  protected abstract Renderer<D> renderer();

  /** Files that it renders to something. */
  protected abstract Map<String, String> files();

  /** Files that it renders to something else. */
  protected abstract Map<String, String> otherFiles();

  /** Files that it must refuse, and the name of the one at fault; empty when it takes all. */
  protected abstract Optional<Map.Entry<String, Map<String, String>>> brokenFiles();

  @Test
  @DisplayName("what is rendered carries the revision, is not empty, and is of the type it names")
  void renders() {
    source.commit("one", files());

    D desired = render(OperationContext.create());

    assertThat(desired).isInstanceOf(renderer().desiredType());
    assertThat(desired.isEmpty()).isFalse();
    assertThat(desired.revision().sameState(fetched().revision())).isTrue();
  }

  @Test
  @DisplayName("the same files give the same digest, other files another, whatever the commit")
  void digestsTheContent() {
    source.commit("one", files());
    D first = render(OperationContext.create());
    source.commit("two", files());
    D second = render(OperationContext.create());
    source.commit("three", otherFiles());
    D third = render(OperationContext.create());

    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(third.digest()).isNotEqualTo(first.digest());
  }

  @Test
  @DisplayName("what cannot be rendered is refused as a whole, and the message names the file")
  void refusesBrokenFiles() {
    if (brokenFiles().isEmpty()) {
      return;
    }
    source.commit("broken", brokenFiles().get().getValue());

    assertThatThrownBy(() -> render(OperationContext.create()))
        .isInstanceOfSatisfying(
            RenderException.class, e -> assertThat(e.stage()).isEqualTo(Stage.RENDER))
        .hasMessageContaining(brokenFiles().get().getKey());
  }

  @Test
  @DisplayName("a cancelled pass is not rendered")
  void stopsWhenCancelled() {
    source.commit("one", files());
    OperationContext context = OperationContext.create();
    context.cancel();

    assertThatThrownBy(() -> render(context)).isInstanceOf(OperationCancelledException.class);
  }

  private D render(OperationContext context) {
    try (Snapshot snapshot = fetched()) {
      return renderer().render(snapshot, context);
    }
  }

  private Snapshot fetched() {
    return source.snapshot();
  }
}
