package io.gitops4j.tck;

import io.gitops4j.model.Digest;
import io.gitops4j.model.ResourceId;
import io.gitops4j.model.Revision;
import io.gitops4j.model.TargetId;
import io.gitops4j.reconcile.Destination;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Texts in memory, as the contracts see them. */
final class InMemoryHarness implements DestinationHarness<TextSet> {
  private final InMemoryDestination destination = new InMemoryDestination();

  @Override
  public Destination<TextSet> destination() {
    return destination;
  }

  @Override
  public TargetId target() {
    return new TargetId("test");
  }

  @Override
  public TextSet desired(Map<String, String> things) {
    SortedMap<ResourceId, String> texts = new TreeMap<>();
    things.forEach((name, text) -> texts.put(id(name), text));
    return new TextSet(new Revision("main", Digest.sha256("one"), Optional.empty()), texts);
  }

  @Override
  public ResourceId id(String name) {
    return TextSet.id(name);
  }

  @Override
  public Optional<String> live(String name) {
    return Optional.ofNullable(destination.live().get(id(name)));
  }

  @Override
  public void drift(String name, String text) {
    destination.live().put(id(name), text);
  }

  @Override
  public void vanish(String name) {
    destination.live().remove(id(name));
  }
}
