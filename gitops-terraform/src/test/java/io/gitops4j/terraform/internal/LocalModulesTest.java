package io.gitops4j.terraform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a file of configuration leads to, besides its own directory. */
class LocalModulesTest {
  private static final byte[] BESIDE =
      "module \"m\" { source = \"../m\" }\nlocals { t = file(\"../t.txt\") }\n"
          .getBytes(StandardCharsets.UTF_8);

  @Test
  @DisplayName("a module and a file beside the directory are found from the root")
  void findsWhatIsBeside() {
    assertThat(LocalModules.of("live/main.tf", BESIDE)).containsExactly("m");
    assertThat(NamedFiles.of("live/main.tf", BESIDE, "live"))
        .contains(new NamedFile("t.txt", "live/main.tf, line 2"));
  }

  @Test
  @DisplayName("a name that is no path of this machine leads nowhere, and breaks nothing")
  void passesNamesThatAreNoPaths() {
    assertThat(LocalModules.of("caf\ud800/main.tf", BESIDE)).isEmpty();
    assertThat(NamedFiles.of("caf\ud800/main.tf", BESIDE, "caf\ud800")).isEmpty();
  }
}
