package io.gitops4j.tck;

import io.gitops4j.model.ResourceId;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Destination;
import io.gitops4j.render.Desired;
import java.util.Map;
import java.util.Optional;

/**
 * What the contracts of differ and applier need to know of a provider: things that have a name and
 * one text, however the provider stores them. One harness serves one test.
 *
 * @param <D> the kind of desired state
 */
public interface DestinationHarness<D extends Desired> {
  /** The destination under test, empty at first. */
  Destination<D> destination();

  /** The target of the test. */
  TargetId target();

  /** A desired state: name to text. Names are lower case letters. */
  D desired(Map<String, String> things);

  /** The identity of a thing. */
  ResourceId id(String name);

  /** The live text of a thing, past the destination. */
  Optional<String> live(String name);

  /** Somebody else changes a live thing. */
  void drift(String name, String text);

  /** Somebody else removes a live thing. */
  void vanish(String name);
}
