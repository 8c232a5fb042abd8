package io.gitops4j.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** In processes of their own, because the path and the locale are those of a process. */
@DisabledOnOs(OS.WINDOWS)
class ProgramsTest {
  @TempDir Path folder;

  @Test
  @DisplayName("a program is not looked for where this process happens to stand")
  void passesOverRelativeFolders() throws Exception {
    Path here = Files.createFile(Files.createDirectories(folder.resolve("bin")).resolve("tool"));
    Path there = Files.createFile(Files.createDirectories(folder.resolve("usr")).resolve("tool"));
    assertThat(here.toFile().setExecutable(true)).isTrue();
    assertThat(there.toFile().setExecutable(true)).isTrue();

    assertThat(told("C.UTF-8", ".:bin::" + there.getParent())).startsWith(there.toString() + "\n");
    assertThat(told("C.UTF-8", ".:bin")).startsWith("none\n");
  }

  @Test
  @DisplayName("what the locale would make question marks of is told, without its value")
  void tellsWhatIsLost() throws Exception {
    assertThat(told("C", "/bin"))
        .contains("plain: fits")
        .contains("value: the variable PASSWORD, which has characters")
        .contains("argument: an argument, which has characters")
        .doesNotContain("p\u00e4ss");
    assertThat(told("C.UTF-8", "/bin"))
        .contains("plain: fits")
        .contains("value: fits")
        .contains("argument: fits");
  }

  private String told(String locale, String path) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName())
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("LC_ALL", locale);
    builder.environment().put("PATH", path);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Says what it finds. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) {
      System.out.println(Programs.onPath("tool").map(Path::toString).orElse("none"));
      List<String> command = List.of("tool");
      System.out.println("plain: " + Programs.lost(command, Map.of("A", "b")).orElse("fits"));
      System.out.println(
          "value: " + Programs.lost(command, Map.of("PASSWORD", "p\u00e4ss")).orElse("fits"));
      System.out.println(
          "argument: " + Programs.lost(List.of("tool", "p\u00e4ss"), Map.of()).orElse("fits"));
    }
  }
}
