package io.gitops4j.examples.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import io.gitops4j.health.Health;
import io.gitops4j.health.HealthStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class WidgetHealthTest {
  @Test
  @DisplayName("a rule of one's own tells a health, or leaves the object to the rules below")
  void tellsAHealth() {
    WidgetHealth rule = new WidgetHealth();

    assertThat(rule.assess(widget("Lost", "no power")))
        .contains(new Health(HealthStatus.DEGRADED, "no power"));
    assertThat(rule.assess(widget("Up", ""))).contains(Health.of(HealthStatus.HEALTHY));
    assertThat(rule.assess(widget("", ""))).isEmpty();
  }

  private static ObjectNode widget(String phase, String reason) {
    ObjectNode widget = JsonNodeFactory.instance.objectNode();
    widget.putObject("status").put("phase", phase).put("reason", reason);
    return widget;
  }
}
