package io.gitops4j.k8s.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ErrorOutputTest {
  @Test
  @DisplayName("what is logged is found with its causes, from that moment on")
  void findsWhatIsLogged() {
    ErrorOutput first = new ErrorOutput();
    LoggerFactory.getLogger(ErrorOutputTest.class)
        .warn("as logged", new IllegalStateException("outer", new IOException("the cause")));
    ErrorOutput second = new ErrorOutput();
    System.err.println("later");

    assertThat(first.text()).contains("as logged", "outer", "the cause", "later");
    assertThat(second.text()).contains("later").doesNotContain("the cause");
  }
}
