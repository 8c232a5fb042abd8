package io.gitops4j.examples.cli;

import io.gitops4j.reconcile.Selection;
import java.util.List;
import picocli.CommandLine.Option;

/** What commands take that are about some objects only. */
final class SelectionOption {
  @Option(
      names = "--resource",
      description =
          "only these objects, with hooks: GROUP:KIND:NAME or GROUP:KIND:NAMESPACE/NAME; * stands for"
              + " any characters, ! in front takes out; may be repeated")
  private List<String> resources = List.of();

  Selection selection() {
    return resources.isEmpty() ? Selection.all() : Selection.of(resources);
  }
}
