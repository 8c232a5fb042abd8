package io.gitops4j.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gitops4j.GitOps;
import io.gitops4j.error.Stage;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.reconcile.ReconcileOutcome.Kind;
import io.gitops4j.render.Renderer;
import io.gitops4j.source.Snapshot;
import io.gitops4j.tck.InMemoryDestination;
import io.gitops4j.tck.InMemorySource;
import io.gitops4j.tck.TextSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets whose parts, clocks and revisions misbehave. */
class FaultyTargetsTest {
  private static final int TARGETS = 100;
  private static final int POISONED = 42;

  /** For a pass that does not hang, on however busy a machine. */
  private static final Duration ENOUGH = Duration.ofMinutes(5);

  private enum Poison {
    ERROR,
    STACK_OVERFLOW,
    HANG
  }

  /** Renders, unless it is poisoned. */
  private static final class PoisonedRenderer implements Renderer<TextSet> {
    private final TextSet.TextRenderer renderer = new TextSet.TextRenderer();
    private final Poison poison;
    private volatile boolean cured;

    PoisonedRenderer(Poison poison) {
      this.poison = poison;
    }

    @Override
    public Class<TextSet> desiredType() {
      return TextSet.class;
    }

    @Override
    public TextSet render(Snapshot snapshot, OperationContext context) {
      if (cured) {
        return renderer.render(snapshot, context);
      }
      return switch (poison) {
        case ERROR -> throw new AssertionError("poisoned");
        case STACK_OVERFLOW -> render(snapshot, context);
        case HANG -> {
          while (true) {
            context.pause(Duration.ofHours(1), Stage.RENDER);
          }
        }
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Poison.class)
  @DisplayName("fault 50: one poisoned target among 100 leaves the others as they are")
  void poisoned(Poison poison) throws Exception {
    InMemoryDestination destination = new InMemoryDestination();
    PoisonedRenderer bad = new PoisonedRenderer(poison);
    List<Reconciler<TextSet>> targets = new ArrayList<>();
    for (int i = 0; i < TARGETS; i++) {
      InMemorySource source = new InMemorySource();
      source.commit("one", Map.of("t" + i, "1"));
      targets.add(
          GitOps.target("t" + i)
              .source(source)
              .renderer(i == POISONED ? bad : new TextSet.TextRenderer())
              .destination(destination)
              .build());
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<ReconcileOutcome>> passes = new ArrayList<>();
      for (int i = 0; i < TARGETS; i++) {
        Reconciler<TextSet> target = targets.get(i);
        boolean hangs = i == POISONED && poison == Poison.HANG;
        Duration limit = hangs ? Duration.ofSeconds(3) : ENOUGH;
        passes.add(() -> target.reconcile(OperationContext.within(limit)));
      }
      List<Future<ReconcileOutcome>> outcomes = threads.invokeAll(passes);
      for (int i = 0; i < TARGETS; i++) {
        Future<ReconcileOutcome> each = outcomes.get(i);
        if (i != POISONED) {
          assertThat(each.get().kind()).isEqualTo(Kind.APPLIED);
        } else if (poison == Poison.HANG) {
          assertThat(each.get().kind()).isEqualTo(Kind.FAILED);
        } else {
          assertThatThrownBy(each::get)
              .isInstanceOf(ExecutionException.class)
              .hasCauseInstanceOf(Error.class);
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(destination.live()).hasSize(TARGETS - 1);

    bad.cured = true;
    assertThat(pass(targets.get(POISONED)).kind()).isEqualTo(Kind.APPLIED);
    assertThat(pass(targets.get(POISONED)).kind()).isEqualTo(Kind.IN_SYNC);
  }

  private static ReconcileOutcome pass(Reconciler<TextSet> target) {
    return target.reconcile(OperationContext.within(ENOUGH));
  }

  /** A clock that somebody sets, at every look, forward and back. */
  private static final class JumpingClock extends Clock {
    private final long jumpSeconds;
    private int looks;

    JumpingClock(long jumpSeconds) {
      this.jumpSeconds = jumpSeconds;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusSeconds(looks++ % 2 * jumpSeconds);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3600, -3600, 1})
  @DisplayName("fault 45: a clock that jumps ends no pass early, and bends no duration")
  void jumpingClock(long seconds) {
    InMemoryDestination destination = new InMemoryDestination();
    InMemorySource source = new InMemorySource();
    source.commit("one", Map.of("a", "1", "b", "1"));
    destination.refuse(TextSet.id("b"));
    Reconciler<TextSet> target =
        GitOps.target("t")
            .source(source)
            .renderer(new TextSet.TextRenderer())
            .destination(destination)
            .retry(new RetryPolicy(2, Duration.ofMillis(10), 2, Duration.ofMillis(20)))
            .clock(new JumpingClock(seconds))
            .build();

    ReconcileOutcome refused = target.reconcile(OperationContext.within(Duration.ofMinutes(10)));

    assertThat(refused.kind()).isEqualTo(Kind.INCOMPLETE);
    assertThat(refused.pass().took()).isBetween(Duration.ZERO, Duration.ofMinutes(10));
    destination.allow(TextSet.id("b"));
    assertThat(target.reconcile(OperationContext.within(Duration.ofMinutes(10))).kind())
        .isEqualTo(Kind.APPLIED);
  }

  @Property(tries = 200)
  @Label("fault 42: in whatever order revisions come and go, applied is what the present one holds")
  void rendersThePresentRevision(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 3) Integer> revisions,
      @ForAll @IntRange(min = 0, max = 12) int poisonedAt) {
    InMemoryDestination destination = new InMemoryDestination();
    InMemorySource source = new InMemorySource();
    PoisonedRenderer renderer = new PoisonedRenderer(Poison.ERROR);
    renderer.cured = true;
    Reconciler<TextSet> target =
        GitOps.target("t").source(source).renderer(renderer).destination(destination).build();
    for (int i = 0; i < revisions.size(); i++) {
      String text = "text of " + revisions.get(i);
      source.commit("revision " + revisions.get(i), Map.of("a", text));
      if (i == poisonedAt) {
        renderer.cured = false;
        try {
          target.reconcile();
        } catch (AssertionError e) {
          assertThat(e).hasMessage("poisoned");
        }
        renderer.cured = true;
      }

      target.reconcile();

      assertThat(new TreeMap<>(destination.live())).containsOnly(Map.entry(TextSet.id("a"), text));
    }
  }
}
