package io.gitops4j.k8s.internal.ignore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.POJONode;
import io.gitops4j.error.ConfigurationException;
import io.gitops4j.error.DiffException;
import io.gitops4j.error.Retryability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import tools.jackson.databind.JsonNode;

/** A jq expression that names fields, and cannot run without end. Thread-safe. */
final class JqPath {
  private final String expression;
  private final Jackson2 query;

  private JqPath(String expression, Jackson2 query) {
    this.expression = expression;
    this.query = query;
  }

  static JqPath compile(String expression) {
    Optional<String> refused = JqGrammar.refusal(expression);
    if (refused.isPresent()) {
      throw wrong(expression, refused.get());
    }
    try {
      return new JqPath(expression, new Jackson2(expression));
    } catch (JsonQueryException e) {
      throw wrong(expression, String.valueOf(e.getMessage()));
    } catch (NoClassDefFoundError e) {
      throw wrong(expression, "add net.thisptr:jackson-jq to the class path to use jq expressions");
    }
  }

  /**
   * The paths that it names: names as strings, positions as integers.
   *
   * @throws DiffException when it takes too many steps on this object
   */
  List<List<Object>> in(JsonNode tree) {
    try {
      return query.paths(tree.toString()).stream().map(p -> fromTheStart(p, tree)).toList();
    } catch (Steps.ExceededException e) {
      throw new DiffException(
          "IGNORE-TOO-EXPENSIVE",
          Retryability.RETRY_ON_CHANGE,
          "jq expression '" + expression + "'",
          e.getMessage() + " on an object of this size",
          "name the fields by a simpler path",
          e);
    }
  }

  /** A negative position counts from the end. */
  private static List<Object> fromTheStart(List<Object> path, JsonNode tree) {
    List<Object> steps = new ArrayList<>();
    JsonNode at = tree;
    for (Object step : path) {
      steps.add(step instanceof Integer p && p < 0 ? (Object) (at.size() + p) : step);
      at = TreePath.step(at, steps.get(steps.size() - 1));
    }
    return steps;
  }

  private static ConfigurationException wrong(String expression, String why) {
    return new ConfigurationException("jq expression '" + expression + "'", List.of(why));
  }

  /** Keeps the library, which works on Jackson 2, out of this class's own linking. */
  private static final class Jackson2 {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STEPS = "gitops4j-steps";
    private final Scope scope = Scope.newEmptyScope();
    private final JsonQuery query;

    Jackson2(String expression) throws JsonQueryException {
      BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_6, scope);
      scope.addFunction("test", 1, Jackson2::test);
      scope.addFunction("test", 2, Jackson2::test);
      query = JsonQuery.compile("path(" + expression + ")", Versions.JQ_1_6);
    }

    List<List<Object>> paths(String tree) {
      List<List<Object>> found = new ArrayList<>();
      Steps steps = new Steps();
      Scope own = Scope.newChildScope(scope);
      own.setValue(STEPS, new POJONode(steps));
      try {
        query.apply(
            own,
            JSON.reader().with(new CountedNodes(steps)).readTree(tree),
            path -> found.add(steps(path)));
      } catch (JsonQueryException e) {
        return found; // as in Argo CD: an expression that does not fit an object names nothing more
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("JSON that was written here cannot be read", e);
      }
      return found;
    }

    /** The library's own can be made to backtrack for ever. */
    private static void test(
        Scope scope,
        List<Expression> arguments,
        com.fasterxml.jackson.databind.JsonNode in,
        Path path,
        PathOutput output,
        Version version)
        throws JsonQueryException {
      Steps steps = (Steps) ((POJONode) scope.getValue(STEPS)).getPojo();
      arguments
          .get(0)
          .apply(
              scope,
              in,
              pattern -> {
                if (arguments.size() == 1) {
                  output.emit(found(in, pattern, 0, steps), null);
                  return;
                }
                arguments
                    .get(1)
                    .apply(
                        scope,
                        in,
                        flags -> output.emit(found(in, pattern, flags(flags), steps), null));
              });
    }

    private static int flags(com.fasterxml.jackson.databind.JsonNode flags)
        throws JsonQueryException {
      if (flags.asText().equals("i")) {
        return Pattern.CASE_INSENSITIVE;
      }
      throw new JsonQueryException("test takes no flags but \"i\"");
    }

    private static BooleanNode found(
        com.fasterxml.jackson.databind.JsonNode in,
        com.fasterxml.jackson.databind.JsonNode pattern,
        int flags,
        Steps steps)
        throws JsonQueryException {
      if (!in.isTextual() || !pattern.isTextual()) {
        throw new JsonQueryException("test needs two texts");
      }
      try {
        return BooleanNode.valueOf(
            steps.find(Pattern.compile(pattern.textValue(), flags), in.textValue()));
      } catch (PatternSyntaxException e) {
        throw new JsonQueryException(e);
      }
    }

    private static List<Object> steps(com.fasterxml.jackson.databind.JsonNode path) {
      List<Object> steps = new ArrayList<>();
      for (com.fasterxml.jackson.databind.JsonNode step : path) {
        if (step.isNumber()) {
          steps.add(step.asInt());
        } else {
          steps.add(step.asText());
        }
      }
      return steps;
    }
  }
}
