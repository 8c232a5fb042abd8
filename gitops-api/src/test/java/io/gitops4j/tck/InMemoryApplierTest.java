package io.gitops4j.tck;

class InMemoryApplierTest extends ApplierContract<TextSet> {
  @Override
  protected DestinationHarness<TextSet> harness() {
    return new InMemoryHarness();
  }
}
