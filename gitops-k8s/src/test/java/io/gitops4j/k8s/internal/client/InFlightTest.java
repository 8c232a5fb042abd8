package io.gitops4j.k8s.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final List<String> sent = new ArrayList<>();
  private final List<CompletableFuture<String>> open = new ArrayList<>();

  @Test
  @DisplayName("a target that keeps few waiting is served between those of one with thousands")
  void fair() {
    InFlight requests = new InFlight(16);
    // A target refills what was answered, it does not queue all that it has.
    List<CompletableFuture<String>> large =
        IntStream.range(0, 64).mapToObj(i -> send(requests, "large " + i)).toList();
    send(requests, "small");

    open.get(0).complete("done");
    IntStream.range(1, 49).forEach(i -> open.get(i).complete("done"));

    assertThat(sent).hasSize(65).endsWith("small");
    assertThat(large.subList(0, 49)).allMatch(CompletableFuture::isDone);
  }

  @Test
  @DisplayName("a request that was given up while it waited is never sent")
  void givenUp() {
    InFlight requests = new InFlight(1);
    send(requests, "first");
    CompletableFuture<String> second = send(requests, "second");
    CompletableFuture<String> third = send(requests, "third");

    second.cancel(true);
    open.get(0).complete("done");

    assertThat(sent).containsExactly("first", "third");
    assertThat(third).isNotDone();
  }

  @Test
  @DisplayName("a request that cannot be sent, or fails, makes room for the next")
  void failures() {
    InFlight requests = new InFlight(1);
    CompletableFuture<String> broken =
        requests.send(
            () -> {
              throw new IllegalStateException("no connection");
            });
    assertThatThrownBy(broken::join).hasRootCauseMessage("no connection");

    send(requests, "next");
    open.get(0).completeExceptionally(new java.io.IOException("lost"));
    send(requests, "last");

    assertThat(sent).containsExactly("next", "last");
  }

  @Property
  @Label("begins with one, never more at once than allowed, and all of them in the order they came")
  void bounded(@ForAll @IntRange(min = 1, max = 5) int limit, @ForAll List<Boolean> steps) {
    sent.clear();
    open.clear();
    InFlight requests = new InFlight(limit);
    int asked = 0;
    int answered = 0;
    for (boolean ask : steps) {
      if (ask) {
        send(requests, String.valueOf(asked++));
      } else if (answered < open.size()) {
        open.get(answered++).complete("done");
      }
      int atOnce = Math.min(limit, 1 + answered);
      assertThat(open).hasSize(Math.min(asked, answered + atOnce));
    }
    assertThat(sent).isEqualTo(IntStream.range(0, open.size()).mapToObj(String::valueOf).toList());
  }

  private CompletableFuture<String> send(InFlight requests, String name) {
    return requests.send(
        () -> {
          sent.add(name);
          CompletableFuture<String> answer = new CompletableFuture<>();
          open.add(answer);
          return answer;
        });
  }
}
