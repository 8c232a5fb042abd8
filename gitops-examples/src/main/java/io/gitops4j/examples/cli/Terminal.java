package io.gitops4j.examples.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/** Whether people look at what is printed, or a file or a pipe takes it. */
public final class Terminal {
  private Terminal() {}

  /** Whether standard input and output are a terminal. */
  public static boolean isThere() {
    Console console = System.console();
    return console != null && isThere(Console.class, console);
  }

  /**
   * Java 22 gives a console also where there is no terminal, and has it tell; before, it was one.
   */
  static <C> boolean isThere(Class<C> type, C console) {
    try {
      return (boolean) type.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
