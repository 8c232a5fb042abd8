package io.gitops4j.terraform.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFolderTest {
  @TempDir Path folder;

  @Test
  @DisplayName("a folder with a short path is taken as it is, one with a long path by a short link")
  void linksLongPaths() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("d".repeat(100)));
    Path link;
    try (SocketFolder shallow = SocketFolder.of(Path.of("/run"));
        SocketFolder sockets = SocketFolder.of(deep)) {
      link = sockets.path();
      assertThat(shallow.path()).isEqualTo(Path.of("/run"));
      assertThat(link.toString().length()).isLessThan(deep.toString().length());
      assertThat(link.toRealPath()).isEqualTo(deep.toRealPath());
    }
    assertThat(Files.exists(link.getParent())).isFalse();
    assertThat(deep).exists();
  }
}
