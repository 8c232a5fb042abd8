package io.gitops4j.k8s.internal.client;

import io.gitops4j.model.Sensitive;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a request is sent with. Immutable.
 *
 * @param authorization its header; empty for none
 * @param certificate of the connection that it goes over, beyond what the kubeconfig holds
 */
record Credential(Optional<Sensitive<String>> authorization, Optional<Certificate> certificate) {
  private static final Credential NONE = new Credential(Optional.empty(), Optional.empty());

  /** A client certificate with its key, both as PEM. */
  record Certificate(Sensitive<String> chain, Sensitive<String> key) {}

  static Credential none() {
    return NONE;
  }

  static Credential bearer(String token) {
    return new Credential(Optional.of(Sensitive.of("Bearer " + token)), Optional.empty());
  }

  /**
   * Whether a header can carry it: what cannot be sent would be quoted whole by the HTTP client.
   */
  static boolean sendable(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  static Credential basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new Credential(
        Optional.of(Sensitive.of("Basic " + Base64.getEncoder().encodeToString(both))),
        Optional.empty());
  }
}
