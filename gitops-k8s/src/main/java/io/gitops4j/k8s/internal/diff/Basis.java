package io.gitops4j.k8s.internal.diff;

import io.gitops4j.inventory.Inventory;
import io.gitops4j.k8s.internal.observe.View;

/**
 * What one comparison stands on.
 *
 * @param inventory what the target owns
 * @param view how live objects are looked at
 * @param verdicts what dry runs found before
 * @param owners of objects that carry another target's label
 */
record Basis(Inventory inventory, View view, Verdicts verdicts, Owners owners) {}
