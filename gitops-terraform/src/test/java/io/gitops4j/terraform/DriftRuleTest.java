package io.gitops4j.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DriftRuleTest {
  @Test
  @DisplayName(
      "address and attribute may hold stars; an attribute covers what is below, and nothing beside")
  void matches() {
    DriftRule tags = new DriftRule("module.*.aws_instance.web[0]", "tags");

    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags")).isTrue();
    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags.seen")).isTrue();
    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags[1]")).isTrue();
    assertThat(tags.covers("module.a.aws_instance.web[0]", "tags_all")).isFalse();
    assertThat(tags.covers("module.a.aws_instance.web[1]", "tags")).isFalse();
    assertThat(tags.coversAllOf("module.a.aws_instance.web[0]")).isFalse();
    DriftRule all = new DriftRule("aws_instance.*", "tags*");
    assertThat(all.covers("aws_instance.web", "tags.seen")).isTrue();
    assertThat(all.covers("aws_instance.web", "tags_all.seen")).isTrue();
    assertThat(all.covers("aws_instance.web", "ami")).isFalse();
    assertThat(new DriftRule("*", "").coversAllOf("terraform_data.a")).isTrue();
  }
}
