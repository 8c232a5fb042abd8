package io.gitops4j.git.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.semver4j.Semver;

class VersionRangeTest {
  private static final String[] VERSIONS = {
    "0.9.0", "1.2.0", "1.4.3", "1.5.0", "1.6.0-rc.1", "2.0.0-beta", "2.0.0", "3.1.0"
  };

  @ParameterizedTest
  @DisplayName("every part of a range counts, in whatever way they are joined")
  @CsvSource(
      delimiter = '|',
      value = {
        ">=1.2.0 <2.0.0 !=1.4.3 | 1.2.0 1.5.0",
        "<2.0.0, >=1.0.0 | 1.2.0 1.4.3 1.5.0",
        ">=1.0.0, <2.0.0 | 1.2.0 1.4.3 1.5.0",
        ">= 1.0.0 , < 2.0.0 | 1.2.0 1.4.3 1.5.0",
        "^1.2 <1.5.0 | 1.2.0 1.4.3",
        "~1.4 | 1.4.3",
        "~>1.4 | 1.4.3",
        "1.x | 1.2.0 1.4.3 1.5.0",
        "=1.4.3 | 1.4.3",
        "1.2 - 1.4.3 | 1.2.0 1.4.3",
        "* | 0.9.0 1.2.0 1.4.3 1.5.0 2.0.0 3.1.0",
        ">=0.0.0-0 | 0.9.0 1.2.0 1.4.3 1.5.0 1.6.0-rc.1 2.0.0-beta 2.0.0 3.1.0",
        "*-0 | 0.9.0 1.2.0 1.4.3 1.5.0 1.6.0-rc.1 2.0.0-beta 2.0.0 3.1.0",
        "^1.2.0-0 | 1.2.0 1.4.3 1.5.0 1.6.0-rc.1",
        "^1.2-0 | 1.2.0 1.4.3 1.5.0 1.6.0-rc.1",
      })
  void takes(String range, String taken) {
    assertThat(Arrays.stream(VERSIONS).filter(v -> contains(range, v)))
        .containsExactlyElementsOf(Stream.of(taken.split(" ")).toList());
  }

  @ParameterizedTest
  @DisplayName("alternatives are joined by two bars")
  @ValueSource(strings = {"1.4.3 || ^3", "^3||=1.4.3", ">=3 || 1.4.3"})
  void alternatives(String range) {
    assertThat(Arrays.stream(VERSIONS).filter(v -> contains(range, v)))
        .containsExactly("1.4.3", "3.1.0");
  }

  @ParameterizedTest
  @DisplayName("what is not understood whole is no range")
  @ValueSource(
      strings = {
        ">=1.0.0 latest",
        "^1.2 ||",
        ">=1.0.0 <",
        "~x.y",
        "1.2.3.4 ",
        "main",
        "release-1",
        "^"
      })
  void refuses(String text) {
    assertThat(VersionRange.of(text)).isEmpty();
  }

  private static boolean contains(String range, String version) {
    return VersionRange.of(range).orElseThrow().contains(Semver.parse(version));
  }
}
