package io.gitops4j.k8s;

import java.util.Objects;

/**
 * How the user wants the health of some kinds to be told. It stands above all rules of the library;
 * of several that fit an object, the first one that gives a health decides.
 */
public sealed interface HealthCheck {
  /**
   * Code.
   *
   * @param group the API group, empty for the core group; {@code *} stands for any characters
   * @param kind the kind; {@code *} stands for any characters
   * @param rule the code
   */
  record Code(String group, String kind, HealthRule rule) implements HealthCheck {
    /** Checks that no part is missing. */
    public Code {
      Objects.requireNonNull(group, "group");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(rule, "rule");
    }
  }

  /**
   * Expressions of the Common Expression Language with the meaning of Flux' {@code
   * healthCheckExprs}: a generation that is not observed yet is in progress; then the first of
   * inProgress, failed and current that holds decides; when none holds the object is in progress.
   * An expression that cannot be evaluated makes the health unknown.
   *
   * @param apiVersion group and version, as {@code group/version}
   * @param kind the kind; empty for all kinds of that version
   * @param current when it is healthy
   * @param inProgress when it is progressing; empty for no such expression
   * @param failed when it is degraded; empty for no such expression
   */
  record Expressions(
      String apiVersion, String kind, String current, String inProgress, String failed)
      implements HealthCheck {
    /** Checks that no part is missing. */
    public Expressions {
      Objects.requireNonNull(apiVersion, "apiVersion");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(current, "current");
      Objects.requireNonNull(inProgress, "inProgress");
      Objects.requireNonNull(failed, "failed");
    }
  }

  /**
   * A Lua script as Argo CD runs it: it reads {@code obj} and returns a table with {@code status}
   * and {@code message}. It sees nothing but that object, and its steps and its memory are limited.
   * Needs LuaJ on the class path.
   *
   * @param group the API group, empty for the core group; {@code *} stands for any characters
   * @param kind the kind; {@code *} stands for any characters
   * @param script the content of {@code health.lua}
   */
  record Script(String group, String kind, String script) implements HealthCheck {
    /** Checks that no part is missing. */
    public Script {
      Objects.requireNonNull(group, "group");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(script, "script");
    }
  }
}
