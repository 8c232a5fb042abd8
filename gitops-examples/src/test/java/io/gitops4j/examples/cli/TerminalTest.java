package io.gitops4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerminalTest {
  /** As the console of Java 17 to 21. */
  public static final class Silent {}

  /** As the console of Java 22 and later. */
  public record Telling(boolean isTerminal) {}

  @Test
  @DisplayName("a console that tells that it is no terminal is none")
  void asksTheConsole() {
    assertThat(Terminal.isThere(Silent.class, new Silent())).isTrue();
    assertThat(Terminal.isThere(Telling.class, new Telling(true))).isTrue();
    assertThat(Terminal.isThere(Telling.class, new Telling(false))).isFalse();
    assertThat(Terminal.isThere()).as("the tests print into a pipe").isFalse();
  }
}
