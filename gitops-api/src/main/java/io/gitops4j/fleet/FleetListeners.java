package io.gitops4j.fleet;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many as one that never throws. */
final class FleetListeners implements FleetListener {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  private final List<FleetListener> listeners;

  FleetListeners(List<FleetListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void ended(FleetEvent.Ended event) {
    each(l -> l.ended(event));
  }

  @Override
  public void proven(FleetEvent.Proven event) {
    each(l -> l.proven(event));
  }

  @Override
  public void stopped(FleetEvent.Stopped event) {
    each(l -> l.stopped(event));
  }

  @Override
  public void held(FleetEvent.Held event) {
    each(l -> l.held(event));
  }

  @Override
  public void superseded(FleetEvent.Superseded event) {
    each(l -> l.superseded(event));
  }

  private void each(Consumer<FleetListener> tell) {
    for (FleetListener listener : listeners) {
      try {
        tell.accept(listener);
      } catch (Throwable thrown) { // an error of a listener, too, is none of the fleet
        LOG.warn("{} failed while it was told of a fleet", listener, thrown);
      }
    }
  }
}
