package io.gitops4j.k8s.internal.ignore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gitops4j.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import tools.jackson.databind.JsonNode;

/** A jq expression that names fields. Thread-safe. */
final class JqPath {
  /** With these an expression may run without end, or look outside of its object. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "\\b(def|repeat|while|until|range|combinations|input|inputs|env|debug|stderr|splits?"
              + "|import|include)\\b|\\$ENV|\\$__");

  private final Jackson2 query;

  private JqPath(Jackson2 query) {
    this.query = query;
  }

  static JqPath compile(String expression) {
    Matcher refused = REFUSED.matcher(expression);
    if (refused.find()) {
      throw wrong(expression, "it may not use " + refused.group());
    }
    try {
      return new JqPath(new Jackson2(expression));
    } catch (JsonQueryException e) {
      throw wrong(expression, String.valueOf(e.getMessage()));
    } catch (NoClassDefFoundError e) {
      throw wrong(expression, "add net.thisptr:jackson-jq to the class path to use jq expressions");
    }
  }

  /** The paths that it names: names as strings, positions as integers. */
  List<List<Object>> in(JsonNode tree) {
    return query.paths(tree.toString());
  }

  private static ConfigurationException wrong(String expression, String why) {
    return new ConfigurationException("jq expression '" + expression + "'", List.of(why));
  }

  /** Keeps the library, which works on Jackson 2, out of this class's own linking. */
  private static final class Jackson2 {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Scope scope = Scope.newEmptyScope();
    private final JsonQuery query;

    Jackson2(String expression) throws JsonQueryException {
      BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_6, scope);
      query = JsonQuery.compile("path(" + expression + ")", Versions.JQ_1_6);
    }

    List<List<Object>> paths(String tree) {
      List<List<Object>> found = new ArrayList<>();
      try {
        query.apply(
            Scope.newChildScope(scope), JSON.readTree(tree), path -> found.add(steps(path)));
      } catch (JsonQueryException e) {
        return found; // as in Argo CD: an expression that does not fit an object names nothing more
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("JSON that was written here cannot be read", e);
      }
      return found;
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
