package io.gitops4j.k8s.internal.client;

import io.gitops4j.error.Retryability;
import io.gitops4j.model.Sensitive;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The credential that a program printed, and until when it holds. Immutable. */
record ExecAnswer(Credential credential, Optional<Instant> expires) {
  /** Reads an {@code ExecCredential}; no message quotes it. */
  static ExecAnswer read(ExecCommand command, byte[] output) throws CredentialException {
    JsonNode root;
    try {
      root = KubeHttp.JSON.readTree(output);
    } catch (JacksonException e) {
      throw wrong(command, "is no JSON");
    }
    if (!root.path("kind").asString("").equals("ExecCredential")) {
      throw wrong(command, "is no ExecCredential");
    }
    if (!root.path("apiVersion").asString("").equals(command.apiVersion())) {
      throw wrong(command, "has not the apiVersion that was asked for, " + command.apiVersion());
    }
    JsonNode status = root.path("status");
    String token = status.path("token").asString("");
    String chain = status.path("clientCertificateData").asString("");
    String key = status.path("clientKeyData").asString("");
    if (chain.isEmpty() != key.isEmpty()) {
      throw wrong(command, "has only one of clientCertificateData and clientKeyData");
    }
    if (token.isEmpty() && chain.isEmpty()) {
      throw wrong(command, "has neither a token nor a client certificate");
    }
    if (!token.isEmpty() && !Credential.sendable(token)) {
      throw wrong(command, "has a token that cannot be sent");
    }
    Credential credential =
        new Credential(
            token.isEmpty() ? Optional.empty() : Credential.bearer(token).authorization(),
            chain.isEmpty()
                ? Optional.empty()
                : Optional.of(new Credential.Certificate(Sensitive.of(chain), Sensitive.of(key))));
    return new ExecAnswer(credential, expiry(command, status));
  }

  private static Optional<Instant> expiry(ExecCommand command, JsonNode status)
      throws CredentialException {
    String time = status.path("expirationTimestamp").asString("");
    try {
      return time.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(time).toInstant());
    } catch (DateTimeParseException e) {
      throw wrong(command, "has an expirationTimestamp that is no time");
    }
  }

  private static CredentialException wrong(ExecCommand command, String what) {
    return new CredentialException(
        "what the exec credential plugin " + command.call().name() + " printed " + what,
        "run it by hand, and look at its version",
        Retryability.RETRY);
  }
}
