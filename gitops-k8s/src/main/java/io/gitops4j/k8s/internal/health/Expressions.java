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
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles expressions of the Common Expression Language about one object. Thread-safe. */
final class Expressions {
  /** The whole object. */
  static final String SELF = "self";

  /** What one expression may loop, over all its lists together. */
  private static final int ITERATIONS = 10_000;

  /** A name that does not stand behind a dot and is not called. */
  private static final Pattern NAME = Pattern.compile("(?<![\\w.?])[A-Za-z_]\\w*(?![\\w]|\\s*\\()");

  private static final Pattern STRINGS =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'");
  private static final Set<String> OBJECT =
      Set.of("apiVersion", "kind", "metadata", "spec", "status");
  private static final Set<String> NOT_FIELDS =
      Set.of(
          "self",
          "true",
          "false",
          "null",
          "in",
          "int",
          "uint",
          "double",
          "bool",
          "string",
          "bytes",
          "list",
          "map",
          "type",
          "math",
          "sets",
          "base64",
          "cel",
          "optional",
          "apiVersion",
          "kind",
          "metadata",
          "spec",
          "status");

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
    OBJECT.forEach(v -> builder.addVar(v, SimpleType.DYN));
    variables.forEach(v -> builder.addVar(v, SimpleType.DYN));
    return builder.build();
  }

  /** Compiles an expression of the rules that come with the library. */
  static Expression compile(String text) throws CelValidationException {
    return program(COMPILER, text);
  }

  /**
   * Compiles an expression of the user. Not every kind keeps to spec and status: each name that is
   * used may be a field of the object.
   */
  static Expression compileForUser(String text) throws CelValidationException {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(STRINGS.matcher(text).replaceAll("''"));
    while (matcher.find()) {
      names.add(matcher.group());
    }
    names.removeAll(NOT_FIELDS);
    return program(names.isEmpty() ? COMPILER : compiler(names), text);
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
