package io.gitops4j.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.Output;
import io.gitops4j.tck.InMemorySource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OutputsRendererTest {
  private final Map<String, Output> outputs = new HashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final OutputsRenderer renderer =
      OutputsRenderer.secret(
          ManifestRenderer.path("app"),
          "network",
          context -> {
            reads.incrementAndGet();
            return outputs;
          });

  private void output(String name, String json) {
    outputs.put(name, new Output(name, Sensitive.of(json), Output.Confidentiality.SENSITIVE));
  }

  @Test
  @DisplayName("outputs become a Secret beside the manifests: texts as they are, the rest as JSON")
  void rendersSecret() {
    output("host", "\"db.example.com\"");
    output("ports", "[1, 2]");
    OperationContext pass = OperationContext.create();
    var snapshot =
        InMemorySource.holding(
                Map.of("app/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"))
            .snapshot();

    renderer.inputs(pass);
    ManifestSet set = renderer.render(snapshot, pass);

    assertThat(set.manifests()).hasSize(2);
    assertThat(set.manifests().get(1).object().toString())
        .contains("\"host\":\"db.example.com\"")
        .contains("\"ports\":\"[1,2]\"");
    assertThat(reads).as("read once per try").hasValue(1);
  }

  @Test
  @DisplayName("an output that changed is another input, one that did not is the same")
  void digestFollowsOutputs() {
    output("host", "\"a\"");
    OperationContext pass = OperationContext.create();
    var before = renderer.inputs(pass);
    assertThat(renderer.inputs(OperationContext.create())).isEqualTo(before);

    output("host", "\"b\"");

    assertThat(renderer.inputs(OperationContext.create())).isNotEqualTo(before);
    assertThat(renderer.inputs(pass)).as("the same pass, tried again").isNotEqualTo(before);
  }
}
