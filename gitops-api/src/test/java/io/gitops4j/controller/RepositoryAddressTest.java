package io.gitops4j.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example.com/team/shop",
        "https://git.example.com/team/shop.git",
        "https://GIT.example.com:8443/team/shop/",
        "https://user:secret@git.example.com/team/shop.git",
        "ssh://git@git.example.com:22/team/shop.git",
        "git@git.example.com:team/shop.git",
        "git.example.com:/team/shop"
      })
  @DisplayName("all ways to write the address of a repository are one")
  void one(String address) {
    assertThat(RepositoryAddress.of(address)).isEqualTo("git.example.com/team/shop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://git.example.com/team/shops",
        "https://example.com/team/shop",
        "/srv/shop"
      })
  @DisplayName("other repositories are others")
  void others(String address) {
    assertThat(RepositoryAddress.of(address)).isNotEqualTo("git.example.com/team/shop");
  }
}
