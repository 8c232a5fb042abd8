package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DriftRuleTest {
  @Test
  @DisplayName(
      "an address may hold stars; an attribute covers what is below it, and nothing beside")
  void matches() {
    DriftRule tags = new DriftRule("module.*.aws_instance.web[0]", "tags");

    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags")).isTrue();
    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags.seen")).isTrue();
    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags[1]")).isTrue();
    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags_all")).isFalse();
    assertThat(tags.covers("module.a.aws_instance.web[1]", "tags")).isFalse();
    assertThat(tags.coversAllOf("module.a.aws_instance.web[0]")).isFalse();
    assertThat(new DriftRule("*", "").coversAllOf("terraform_data.a")).isTrue();
  }
}
