package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.error.Stage;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Output;
import io.gitops4j.render.Outputs;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemorySource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Variables that are outputs of another target. */
class FlowingVariablesTest {
  private final Map<String, Output> given = new HashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final Outputs other =
      context -> {
        reads.incrementAndGet();
        return Map.copyOf(given);
      };
  private final TerraformRenderer renderer =
      TerraformRenderer.builder("infra")
          .variable("network", other, "id")
          .variable("token", other, "secret")
          .variable("size", 16)
          .variableJson("zones", "[\"a\",\"b\"]")
          .build();

  @Test
  @DisplayName("an output becomes the variable, and is secret when the other target says so")
  void takesOutputs() {
    give("id", "\"net-1\"", Output.Confidentiality.SHOWN);
    give("secret", "\"canary\"", Output.Confidentiality.SENSITIVE);

    WorkspaceConfig config = render(OperationContext.create()).config();

    assertThat(config.variables().get("network").reveal()).isEqualTo("\"net-1\"");
    assertThat(config.variables().get("token").reveal()).isEqualTo("\"canary\"");
    assertThat(config.variables().get("size").reveal()).isEqualTo("16");
    assertThat(config.variables().get("zones").reveal()).isEqualTo("[\"a\",\"b\"]");
    assertThat(config.secretVariables()).containsExactly("token");
  }

  @Test
  @DisplayName("another value is another input, and is read once for each try")
  void flowsOn() {
    give("id", "\"net-1\"", Output.Confidentiality.SHOWN);
    give("secret", "1", Output.Confidentiality.SENSITIVE);
    OperationContext first = OperationContext.create();
    Optional<Digest> before = renderer.inputs(first);
    Digest workspace = render(first).digest();
    assertThat(reads).hasValue(1);

    give("id", "\"net-2\"", Output.Confidentiality.SHOWN);

    OperationContext second = OperationContext.create();
    assertThat(renderer.inputs(second)).isPresent().isNotEqualTo(before);
    assertThat(render(second).digest()).isNotEqualTo(workspace);
    assertThat(reads).hasValue(2);
    assertThat(TerraformRenderer.path("infra").inputs(second)).isEmpty();
  }

  @Test
  @DisplayName("an output that is not there yet is an error that names it, to be tried again")
  void waitsForOutputs() {
    give("id", "\"net-1\"", Output.Confidentiality.SHOWN);

    assertThat(renderer.inputs(OperationContext.create())).isPresent();
    assertThatThrownBy(() -> render(OperationContext.create()))
        .isInstanceOfSatisfying(
            InventoryException.class,
            e -> {
              // A controller takes a failure of this stage for one of another target.
              assertThat(e.failure().stage()).isEqualTo(Stage.INVENTORY);
              assertThat(e.code()).isEqualTo("INVENTORY-OUTPUT-MISSING");
              assertThat(e.retryability()).isEqualTo(Retryability.RETRY);
            })
        .hasMessageContaining("token")
        .hasMessageContaining("'secret'");
  }

  @Test
  @DisplayName("a pass that is tried again sees the output that came in between")
  void seesOutputsWhenTriedAgain() {
    give("id", "\"net-1\"", Output.Confidentiality.SHOWN);
    OperationContext pass = OperationContext.create();
    Optional<Digest> first = renderer.inputs(pass);
    assertThatThrownBy(() -> render(pass)).isInstanceOf(InventoryException.class);

    give("secret", "1", Output.Confidentiality.SENSITIVE);

    assertThat(renderer.inputs(pass)).isNotEqualTo(first);
    assertThat(render(pass).config().variables()).containsKey("token");
  }

  @Test
  @DisplayName("a name that no variable can have is refused when the renderer is built")
  void refusesNames() {
    TerraformRenderer.Builder builder =
        TerraformRenderer.builder("infra").variable("no name", other, "id");
    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no name");
  }

  private void give(String name, String json, Output.Confidentiality confidentiality) {
    given.put(name, new Output(name, Sensitive.of(json), confidentiality));
  }

  private TerraformWorkspace render(OperationContext context) {
    try (Snapshot snapshot = InMemorySource.holding(Map.of("infra/main.tf", "")).snapshot()) {
      return renderer.render(snapshot, context);
    }
  }
}
