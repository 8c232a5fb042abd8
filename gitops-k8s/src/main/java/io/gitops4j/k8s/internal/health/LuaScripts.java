package io.gitops4j.k8s.internal.health;

import io.gitops4j.k8s.HealthCheck;
import io.gitops4j.k8s.HealthRule;
import java.util.Optional;

/** Compiles the user's Lua scripts where the library for it is on the class path. */
final class LuaScripts {
  private LuaScripts() {}

  /**
   * Compiles one.
   *
   * @throws IllegalArgumentException when it is no Lua, or the library is missing
   */
  static HealthRule compile(HealthCheck.Script script) {
    String name = "health script of " + script.group() + "/" + script.kind();
    try {
      LuaSandbox sandbox = LuaSandbox.compile(name, script.script());
      return live -> Optional.of(sandbox.run(live));
    } catch (NoClassDefFoundError e) {
      throw new IllegalArgumentException(
          name + ": add org.luaj:luaj-jse to the class path to use Lua scripts", e);
    }
  }
}
