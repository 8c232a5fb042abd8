package io.gitops4j.tck;

class InMemoryDifferTest extends DifferContract<TextSet> {
  @Override
  protected DestinationHarness<TextSet> harness() {
    return new InMemoryHarness();
  }
}
