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
  public void pinned(ReconcileEvent.Pinned event) {
    tell(l -> l.pinned(event));
  }

  @Override
  public void goesBack(ReconcileEvent.GoesBack event) {
    tell(l -> l.goesBack(event));
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

  @Override
  public void rendered(ReconcileEvent.Rendered event) {
    tell(l -> l.rendered(event));
  }

  @Override
  public void drifted(ReconcileEvent.Drifted event) {
    tell(l -> l.drifted(event));
  }

  @Override
  public void contested(ReconcileEvent.Contested event) {
    tell(l -> l.contested(event));
  }

  @Override
  public void held(ReconcileEvent.Held event) {
    tell(l -> l.held(event));
  }

  @Override
  public void retrying(TargetEvent.Retrying event) {
    tell(l -> l.retrying(event));
  }

  @Override
  public void waiting(TargetEvent.Waiting event) {
    tell(l -> l.waiting(event));
  }

  @Override
  public void quarantined(TargetEvent.Quarantined event) {
    tell(l -> l.quarantined(event));
  }

  @Override
  public void released(TargetEvent.Released event) {
    tell(l -> l.released(event));
  }

  @Override
  public void suspended(TargetEvent.Suspended event) {
    tell(l -> l.suspended(event));
  }

  @Override
  public void resumed(TargetEvent.Resumed event) {
    tell(l -> l.resumed(event));
  }

  @Override
  public void gained(TargetEvent.Gained event) {
    tell(l -> l.gained(event));
  }

  @Override
  public void lost(TargetEvent.Lost event) {
    tell(l -> l.lost(event));
  }

  @Override
  public void stuck(TargetEvent.Stuck event) {
    tell(l -> l.stuck(event));
  }

  private void tell(Consumer<ReconcileListener> call) {
    for (ReconcileListener listener : all) {
      try {
        call.accept(listener);
      } catch (Throwable thrown) { // an error of a listener, too, is none of the pass
        LOG.warn("listener {} failed; the pass goes on", listener.getClass().getName(), thrown);
      }
    }
  }
}
