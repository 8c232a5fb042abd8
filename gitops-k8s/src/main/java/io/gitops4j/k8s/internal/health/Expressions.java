package io.gitops4j.k8s.internal.health;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Set;

/** Compiles expressions of the Common Expression Language about one object. Thread-safe. */
final class Expressions {
  /** The whole object. */
  static final String SELF = "self";

  /** What one expression may loop, over all its lists together. */
  private static final int ITERATIONS = 10_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .comprehensionMaxIterations(ITERATIONS)
          .enableHeterogeneousNumericComparisons(true)
          .maxExpressionCodePointSize(20_000)
          .maxRegexProgramSize(2_000)
          .build();

  private static final KubernetesFunctions KUBERNETES = new KubernetesFunctions();

  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder()
          .setOptions(OPTIONS)
          .addLibraries(
              CelExtensions.optional(),
              CelExtensions.strings(),
              CelExtensions.lists(),
              CelExtensions.math(),
              CelExtensions.sets(OPTIONS),
              CelExtensions.encoders(OPTIONS))
          .addFunctionBindings(ObjectFunctions.bindings())
          .addFunctionBindings(KUBERNETES.bindings())
          .build();

  private static final CelCompiler COMPILER = compiler(Set.of());

  private Expressions() {}

  private static CelCompiler compiler(Set<String> variables) {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addMacros(ObjectFunctions.macros())
            .addLibraries(
                CelExtensions.optional(),
                CelExtensions.strings(),
                CelExtensions.lists(),
                CelExtensions.math(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.encoders(OPTIONS),
                CelExtensions.bindings())
            .addFunctionDeclarations(ObjectFunctions.declarations())
            .addFunctionDeclarations(KUBERNETES.declarations())
            .addVar(SELF, MapType.create(SimpleType.STRING, SimpleType.DYN));
    for (String name : new String[] {"apiVersion", "kind", "metadata", "spec", "status"}) {
      builder.addVar(name, SimpleType.DYN);
    }
    variables.forEach(v -> builder.addVar(v, SimpleType.DYN));
    return builder.build();
  }

  /** Compiles an expression of the rules that come with the library. */
  static Expression compile(String text) throws CelValidationException {
    return program(COMPILER, text);
  }

  private static Expression program(CelCompiler compiler, String text)
      throws CelValidationException {
    CelAbstractSyntaxTree tree = compiler.compile(text).getAst();
    try {
      return new Expression(text, RUNTIME.createProgram(tree));
    } catch (CelEvaluationException e) {
      throw new IllegalStateException("'" + text + "' was checked and cannot be planned", e);
    }
  }
}
