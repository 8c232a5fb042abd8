package io.gitops4j.k8s.internal.order;

import static io.gitops4j.k8s.internal.order.Tasks.map;
import static io.gitops4j.k8s.internal.order.Tasks.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SyncMachineTest {
  @Test
  @DisplayName("what waits for a thing that is well does not begin once another one failed")
  void beginsNothingAfterAFailure() {
    List<SyncTask> tasks =
        List.of(write(map("a"), 0), write(map("b"), 0), write(map("c"), 0, map("a")));
    SyncMachine.Decision begun =
        SyncMachine.decide(SyncState.of(SyncGraph.of(tasks)), List.of(new SyncEvent.Begun()));
    assertThat(begun.actions())
        .containsExactlyInAnyOrder(new SyncAction.Start(0), new SyncAction.Start(1));

    SyncMachine.Decision failed =
        SyncMachine.decide(begun.state(), List.of(new SyncEvent.Failed(1)));
    SyncMachine.Decision rest =
        SyncMachine.decide(failed.state(), List.of(new SyncEvent.Written(0)));

    assertThat(failed.actions()).as("while the other is on its way").isEmpty();
    assertThat(rest.actions()).containsExactly(new SyncAction.Skip(2), new SyncAction.End(false));
    assertThat(rest.state().ended()).isTrue();
  }
}
