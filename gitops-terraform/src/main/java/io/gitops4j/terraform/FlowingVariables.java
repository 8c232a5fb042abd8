package io.gitops4j.terraform;

import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.InventoryException;
import io.gitops4j.error.Retryability;
import io.gitops4j.model.Digest;
import io.gitops4j.model.Sensitive;
import io.gitops4j.operation.OperationContext;
import io.gitops4j.render.OncePerTry;
import io.gitops4j.render.Output;
import io.gitops4j.render.Outputs;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Variables that are outputs of other targets, by name. Thread-safe. */
final class FlowingVariables {
  /** Where one comes from. */
  record From(Outputs outputs, String output) {
    From {
      Objects.requireNonNull(outputs, "outputs");
      Objects.requireNonNull(output, "output");
    }
  }

  private final SortedMap<String, From> sources = new TreeMap<>();

  /** Several may come from one target, which is asked by running a program. */
  private final Map<Outputs, OncePerTry> once = new IdentityHashMap<>();

  FlowingVariables(SortedMap<String, From> sources) {
    sources.forEach(
        (name, from) -> {
          if (!WorkspaceConfig.isVariable(name)) {
            throw new ConfigurationException(
                "Terraform workspace", List.of("variable '" + name + "' is no name of one"));
          }
          Outputs outputs = once.computeIfAbsent(from.outputs(), Outputs::oncePerTry);
          this.sources.put(name, new From(outputs, from.output()));
        });
  }

  /** What they are made of; empty when there are none. What is missing counts as nothing. */
  Optional<Digest> digest(OperationContext context) {
    if (sources.isEmpty()) {
      return Optional.empty();
    }
    once.values().forEach(outputs -> outputs.anew(context));
    StringBuilder all = new StringBuilder();
    sources.forEach(
        (name, from) ->
            all.append(name)
                .append('=')
                .append(output(from, context).map(o -> o.json().reveal()).orElse(""))
                .append('\0'));
    return Optional.of(Digest.sha256(all.toString()));
  }

  /** The configuration with their values. */
  WorkspaceConfig into(WorkspaceConfig config, OperationContext context) {
    SortedMap<String, Sensitive<String>> variables = config.variables();
    Set<String> secret = new HashSet<>(config.secretVariables());
    sources.forEach(
        (name, from) -> {
          Output output = output(from, context).orElseThrow(() -> missing(name, from));
          variables.put(name, output.json());
          switch (output.confidentiality()) {
            case SENSITIVE -> secret.add(name);
            case SHOWN -> secret.remove(name);
          }
        });
    return config.with(variables, secret);
  }

  private static Optional<Output> output(From from, OperationContext context) {
    return Optional.ofNullable(from.outputs().read(context).get(from.output()));
  }

  /** Of the other target and not of the revision, which is not to blame. */
  private static InventoryException missing(String name, From from) {
    return new InventoryException(
        "INVENTORY-OUTPUT-MISSING",
        Retryability.RETRY,
        "variable " + name,
        "the target that it comes from has no output '" + from.output() + "'",
        "wait until that is applied, or correct the name of the output",
        null);
  }
}
