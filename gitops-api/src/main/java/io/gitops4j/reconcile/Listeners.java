package io.gitops4j.reconcile;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All listeners as one that never throws. */
final class Listeners implements ReconcileListener {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  private final List<ReconcileListener> all;

  Listeners(List<ReconcileListener> all) {
    this.all = List.copyOf(all);
  }

  @Override
  public void started(ReconcileEvent.Started event) {
    tell(l -> l.started(event));
  }

  @Override
  public void fetched(ReconcileEvent.Fetched event) {
    tell(l -> l.fetched(event));
  }

  @Override
  public void compared(ReconcileEvent.Compared event) {
    tell(l -> l.compared(event));
  }

  @Override
  public void changed(ReconcileEvent.Changed event) {
    tell(l -> l.changed(event));
  }

  @Override
  public void finished(ReconcileEvent.Finished event) {
    tell(l -> l.finished(event));
  }

  private void tell(Consumer<ReconcileListener> call) {
    for (ReconcileListener listener : all) {
      try {
        call.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("listener {} failed; the pass goes on", listener.getClass().getName(), e);
      }
    }
  }
}
