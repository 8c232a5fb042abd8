package io.gitops4j.terraform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackendBlockTest {
  @Test
  @DisplayName("a backend is said by a block, not by a comment or a document that holds one")
  void readsBlocks() {
    assertThat(says("terraform {\n  backend \"s3\" {\n  }\n}\n")).isTrue();
    assertThat(says("terraform {\n  cloud {}\n}\n")).isTrue();
    assertThat(says("{\"terraform\": {\"backend\": {\"s3\": {}}, \"//\": \"why\"}}")).isTrue();
    assertThat(says("# backend \"s3\" {\n// backend \"s3\" {\n")).isFalse();
    assertThat(says("/* terraform {\n  backend \"s3\" {} } */\n")).isFalse();
    assertThat(says("x = <<-EOT\n  backend \"s3\" {\n  EOT\n")).isFalse();
  }

  @Test
  @DisplayName("what begins a comment inside a string or a document hides no backend behind it")
  void readsPastStrings() {
    String block = "backend \"s3\" {}";
    assertThat(says("a = \"http://x/*\" " + block + " b = \"*/\"")).isTrue();
    assertThat(says("a = \"say \\\"#\" " + block)).isTrue();
    assertThat(says("a = <<EOT\n/* it's \"\nEOT\n" + block + " /* */")).isTrue();
    assertThat(says("a = \"" + "\\\"x".repeat(100_000) + "\"\n" + block)).isTrue();
  }

  private static boolean says(String configuration) {
    return Declarations.backend(configuration.getBytes(StandardCharsets.UTF_8));
  }
}
