package io.gitops4j.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.error.OperationCancelledException;
import io.gitops4j.error.Stage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OperationContextTest {
  private final AtomicReference<Duration> left = new AtomicReference<>(Duration.ofMinutes(1));
  private final Permit permit =
      new Permit() {
        @Override
        public Duration remaining() {
          return left.get();
        }

        @Override
        public String token() {
          return "lease/7";
        }
      };

  @Test
  @DisplayName("a pass whose right to write ended goes no further, and says which lease it was")
  void endsWithItsPermit() {
    OperationContext context = OperationContext.create().withPermit(permit);
    assertThatCode(() -> context.checkActive(Stage.APPLY)).doesNotThrowAnyException();

    left.set(Duration.ZERO);

    assertThatThrownBy(() -> context.checkActive(Stage.APPLY))
        .isInstanceOf(OperationCancelledException.class)
        .hasMessageContaining("lease/7");
  }

  @Test
  @DisplayName("a wait is as long as asked for, also when the right to write is renewed meanwhile")
  void waitsAsLongAsAsked() {
    left.set(Duration.ofMillis(5));
    OperationContext context = OperationContext.create().withPermit(permit);
    long start = System.nanoTime();

    context.pause(Duration.ofMillis(60), Stage.APPLY);

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(Duration.ofMillis(60).toNanos());
  }

  @Test
  @DisplayName(
      "the deadline is where it is, also while the right to write has to be renewed before")
  void deadlineAlone() {
    left.set(Duration.ofMillis(5));
    OperationContext context = OperationContext.within(Duration.ofHours(1)).withPermit(permit);
    Duration atMost = Duration.ofMinutes(10);

    assertThat(context.remaining(atMost)).isEqualTo(Duration.ofMillis(5));
    assertThat(context.untilDeadline(atMost)).isEqualTo(atMost);
    assertThat(context.untilDeadline(Duration.ofHours(2)))
        .isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
  }

  @Test
  @DisplayName("a pass that is superseded alone takes nothing from the next one of the operation")
  void onePass() {
    OperationContext context = OperationContext.create();

    context.supersedePass();
    assertThat(context.superseded()).isTrue();
    context.passEnded();
    assertThat(context.superseded()).isFalse();

    context.supersede();
    context.passEnded();
    assertThat(context.superseded()).isTrue();
  }

  @Test
  @DisplayName("all contexts of one pass are cancelled and superseded together")
  void oneOperation() {
    OperationContext first = OperationContext.within(Duration.ofHours(1));
    OperationContext second = first.withPermit(permit).withFreshness(Duration.ofMinutes(1));

    first.supersede();
    second.cancel();

    assertThat(second.superseded()).isTrue();
    assertThat(second.operationId()).isEqualTo(first.operationId());
    assertThatThrownBy(() -> first.checkActive(Stage.APPLY))
        .isInstanceOf(OperationCancelledException.class);
  }

  @Test
  @DisplayName("what was new enough when a pass was asked for stays new enough while it waits")
  void freshness() {
    assertThat(OperationContext.create().freshness()).isZero();

    OperationContext context = OperationContext.create().withFreshness(Duration.ofMinutes(1));

    assertThat(context.freshness()).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
  }
}
